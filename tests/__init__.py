"""The tests, sorted by what people use."""
