"""The flow: which steps there are, what is remembered of each, the order of a renewal."""
