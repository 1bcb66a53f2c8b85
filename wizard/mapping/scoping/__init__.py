"""Scoping filters: who is provisioned at all (reference/graph-entra.md 5)."""
