"""The functions of the expression language, grouped by what they work on."""
