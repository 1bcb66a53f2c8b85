"""A toy step, and walks through it; `tests/test_new_step.py` adds it to a copy of the product."""
