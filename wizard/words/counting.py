"""Numbers of things in words."""


def so_many(number: int, one: str, several: str) -> str:
    """Return so many things, such as `1 group` and `2,113 people`."""
    return f"{number:,} {one if number == 1 else several}"
