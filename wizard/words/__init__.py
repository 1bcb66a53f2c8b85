"""Words: text made harmless, redacted, reported; no network, no disk."""
