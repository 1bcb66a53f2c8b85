"""Everything Textual: screens ask, steps do."""
