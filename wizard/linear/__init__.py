"""The same flow as plain prompts: for screen readers, dumb terminals and pipes."""
