"""What this tenant and organization answered, without a value of theirs (`report --facts`)."""
