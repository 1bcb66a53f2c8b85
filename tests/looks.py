"""How a colour of the dark theme looks in every other one: from their tables, not from screens."""

from collections.abc import Callable, Iterator
from functools import cache

from textual.color import Color
from textual.theme import Theme

from screens.themes import DARK, THEMES

PLAIN = "without colours"
LOOKS = (*(theme.name for theme in THEMES), PLAIN)
"""The themes, and what NO_COLOR makes of the dark one."""
Measure = Callable[[Color, Color], tuple[float, str]]
"""Tells the contrast of a text and its ground, and in which look it is that."""
SHARES = (0.08, 0.12)
"""How much of a colour is laid over a ground: cards, errors."""


def contrast(one: Color, other: Color) -> float:
    """Return the contrast of two colours (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_light(one), _light(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@cache
def _light(colour: Color) -> float:
    parts = (c / 255 for c in (colour.r, colour.g, colour.b))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else float(((c + 0.055) / 1.055) ** 2.4) for c in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@cache
def worst(ink: Color, ground: Color) -> tuple[float, str]:
    """Return the least contrast that two colours of the dark theme have, and the look that has it.

    A colour that stands in no table has none.
    """
    if strange := {ink, ground} - dyes(DARK.name).keys():
        return 0.0, f"{strange} is no colour of a theme"
    return min((contrast(dyes(look)[ink], dyes(look)[ground]), look) for look in LOOKS)


def as_painted(ink: Color, ground: Color) -> tuple[float, str]:
    """Return the contrast of two colours as they are."""
    return contrast(ink, ground), PLAIN


@cache
def dyes(look: str) -> dict[Color, Color]:
    """Return what each colour of the dark theme is in a look."""
    if look == PLAIN:
        return {colour: colour.monochrome for colour in _colours(DARK)}
    theme = next(theme for theme in THEMES if theme.name == look)
    return dict(zip(_colours(DARK), _colours(theme), strict=True))


def _colours(theme: Theme) -> Iterator[Color]:
    """Yield the colours of a theme, and what they are over one another, always in one order."""
    named = (
        theme.background,
        theme.surface,
        theme.panel,
        theme.foreground,
        theme.variables["text-muted"],
        theme.variables["block-cursor-background"],
        theme.accent,
        theme.success,
        theme.warning,
        theme.error,
    )
    colours = [Color.parse(str(name)) for name in named]
    yield from colours
    for share in SHARES:
        for over in colours[-3:]:
            for ground in colours[:3]:
                yield ground + over.with_alpha(share)
