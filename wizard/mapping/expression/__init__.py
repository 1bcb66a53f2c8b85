"""Entra's expression language: text, tree, value (reference/graph-entra.md 4)."""
