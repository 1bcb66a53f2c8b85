"""Trying a mapping on people, in a process of its own, so that it costs the interface nothing."""
