"""Text of others in Markdown, where nothing in it may act as Markdown."""


def as_code(text: str | None) -> str:
    """Return text as Markdown code; an empty one as words of ours."""
    return f"`{text.replace('`', chr(39))}`" if text else "not known"
