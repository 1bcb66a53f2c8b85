"""Everything Textual: screens ask, steps do."""

import os

# What a key changes is painted with the next frame; Textual reads this when it is loaded.
os.environ.setdefault("TEXTUAL_FPS", "120")
