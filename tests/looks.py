"""How a colour of the dark theme looks in every other one: from their tables, not from screens."""

from collections.abc import Callable, Iterator
from functools import cache

from textual.color import Color
from textual.theme import Theme

from screens.themes import ALL, DARK, PALETTES, themes

PLAIN = "without colours"
DEPTHS = tuple(PALETTES[DARK])
"""How many colours a terminal may have."""
_THEMES = {depth: {theme.name: theme for theme in themes(depth)} for depth in DEPTHS}
LOOKS = (*((name, depth) for name in PALETTES for depth in DEPTHS), (DARK, PLAIN))
"""The themes by how many colours there are, and what NO_COLOR makes of the dark one."""
Measure = Callable[[Color, Color], tuple[float, str]]
"""Tells the contrast of a text and its ground, and in which look it is that."""


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
    if strange := {ink, ground} - dyes(DARK, ALL).keys():
        return 0.0, f"{strange} is no colour of a theme"
    return min(
        (contrast(dyes(*look)[ink], dyes(*look)[ground]), " of ".join(look)) for look in LOOKS
    )


def as_painted(ink: Color, ground: Color) -> tuple[float, str]:
    """Return the contrast of two colours as they are."""
    return contrast(ink, ground), PLAIN


@cache
def dyes(name: str, depth: str = ALL) -> dict[Color, Color]:
    """Return what each colour of the dark theme is in another one, or with fewer colours."""
    known = list(_colours(_THEMES[ALL][DARK]))
    if depth == PLAIN:
        return {colour: colour.monochrome for colour in known}
    return dict(zip(known, _colours(_THEMES[depth][name]), strict=True))


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
    for tone in ("good", "attention", "bad"):
        tint = Color.parse(theme.variables[f"{tone}-tint"])
        for ground in colours[:3]:
            yield ground + tint
