"""What differs in a tenant from what was last set up or accepted there."""
