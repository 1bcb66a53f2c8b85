"""An expression with a mark below the character where something is wrong."""

from textual.content import Content

from wizard.mapping.expression.excerpt import excerpt


def caret(text: str, position: int, width: int) -> Content:
    """Return the part of a text around a character, and below it a mark under the character."""
    line, column = excerpt(text, position, width)
    return Content.assemble(
        line, "\n", " " * Content(line[:column]).cell_length, ("^", "bold $text-error")
    )
