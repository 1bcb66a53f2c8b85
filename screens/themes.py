"""The three themes: dark, light and high contrast; every text of each at least 4.5:1.

Over SSH a terminal often announces few colours: TERM is xterm, and COLORTERM does not get through.
Whatever it has nothing for is painted in the nearest it has, and a dark grey becomes navy or black.
So each theme has colours of its own for 256 and for 16; of 16 it takes those alone that can be read
in whatever shade a terminal paints them.
"""

from typing import Final, NamedTuple

from textual.theme import Theme

DARK, LIGHT = "dark", "light"
ALL: Final = "truecolor"
"""How many colours a terminal has, in Rich's words; the others are 256, and standard for 16."""


class ThemeColours(NamedTuple):
    """The colours of a theme, by what they are for."""

    ground: str
    surface: str
    panel: str
    chosen: str
    text: str
    muted: str
    accent: str
    good: str
    attention: str
    bad: str


PALETTES: Final[dict[str, dict[str, ThemeColours]]] = {
    DARK: {
        ALL: ThemeColours(
            ground="#0F1419", surface="#171D25", panel="#1F2731", chosen="#1A2E38",
            text="#E6EAF0", muted="#9AA7B5", accent="#5BC0EB",
            good="#7BD389", attention="#F5B841", bad="#F7767C",
        ),
        "256": ThemeColours(
            ground="#121212", surface="#1c1c1c", panel="#303030", chosen="#3a3a3a",
            text="#f0f0f0", muted="#aaaaaa", accent="#5fd7ff",
            good="#87d787", attention="#ffaf5f", bad="#ff8787",
        ),
        "standard": ThemeColours(
            ground="#000000", surface="#000000", panel="#000000", chosen="#000000",
            text="#ffffff", muted="#aaaaaa", accent="#55ffff",
            good="#55ff55", attention="#ffff55", bad="#ff5555",
        ),
    },
    LIGHT: {
        ALL: ThemeColours(
            ground="#FBFCFD", surface="#F1F4F7", panel="#E4E9EF", chosen="#D7E6EE",
            text="#1B2430", muted="#4F5B68", accent="#0A6690",
            good="#186C36", attention="#7F5200", bad="#B0202A",
        ),
        "256": ThemeColours(
            ground="#ffffff", surface="#f0f0f0", panel="#e6e6e6", chosen="#d7ffff",
            text="#1c1c1c", muted="#585858", accent="#005f87",
            good="#005f00", attention="#875f00", bad="#af0000",
        ),
        "standard": ThemeColours(
            ground="#ffffff", surface="#ffffff", panel="#ffffff", chosen="#ffffff",
            text="#000000", muted="#000000", accent="#0000aa",
            good="#000000", attention="#000000", bad="#aa0000",
        ),
    },
    "high-contrast": {
        ALL: ThemeColours(
            ground="#000000", surface="#000000", panel="#1C1C1C", chosen="#00384A",
            text="#FFFFFF", muted="#D6D6D6", accent="#5CE1FF",
            good="#6BFF95", attention="#FFD84D", bad="#FF8A93",
        ),
        "256": ThemeColours(
            ground="#000000", surface="#000000", panel="#1c1c1c", chosen="#303030",
            text="#ffffff", muted="#d2d2d2", accent="#5fd7ff",
            good="#5fff87", attention="#ffd75f", bad="#ff8787",
        ),
        "standard": ThemeColours(
            ground="#000000", surface="#000000", panel="#000000", chosen="#000000",
            text="#ffffff", muted="#ffffff", accent="#55ffff",
            good="#55ff55", attention="#ffff55", bad="#ff5555",
        ),
    },
}  # fmt: skip
"""In the order in which one theme follows the other."""
_TINT: Final = "14"
"""How much of its colour the ground of a result has, of FF: 8 %; few colours have none for that."""


def themes(depth: str | None) -> tuple[Theme, ...]:
    """Return the themes, in the order in which one follows the other.

    Args:
        depth: How many colours the terminal has, in Rich's words; without, it may have all.
    """
    return tuple(
        _theme(name, of[depth], "") if depth in of else _theme(name, of[ALL], _TINT)
        for name, of in PALETTES.items()
    )


def _theme(name: str, of: ThemeColours, share: str) -> Theme:
    """Return a theme.

    Args:
        name: What it is remembered by.
        of: Its colours.
        share: How much of its colour the ground of a result has; nothing is none.
    """
    tints = (
        (f"{tone}-tint", f"{colour}{share}" if share else of.surface)
        for tone, colour in (("good", of.good), ("attention", of.attention), ("bad", of.bad))
    )
    return Theme(
        name=name,
        dark=name != LIGHT,
        background=of.ground,
        surface=of.surface,
        panel=of.panel,
        boost=of.panel,
        foreground=of.text,
        primary=of.accent,
        secondary=of.accent,
        accent=of.accent,
        success=of.good,
        warning=of.attention,
        error=of.bad,
        variables={**_texts(of), **_parts(of), **dict(tints)},
    )


def _texts(of: ThemeColours) -> dict[str, str]:
    """Return the colours of texts, by the names that styles have for them."""
    return {
        "text": of.text,
        "text-muted": of.muted,
        "text-disabled": of.muted,
        "foreground-muted": of.muted,
        "text-primary": of.accent,
        "text-secondary": of.accent,
        "text-accent": of.accent,
        "text-success": of.good,
        "text-warning": of.attention,
        "text-error": of.bad,
    }


def _parts(of: ThemeColours) -> dict[str, str]:
    """Return the colours of parts of widgets, by the names that styles have for them."""
    is_seen = of.chosen != of.ground
    return {
        "border": of.accent,
        "border-blurred": of.panel,
        "block-cursor-foreground": of.accent,
        "block-cursor-background": of.chosen,
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-foreground": of.text,
        "block-cursor-blurred-background": of.panel,
        "block-hover-background": of.panel,
        "input-cursor-background": of.text,
        "input-cursor-foreground": of.ground,
        "input-selection-background": of.chosen if is_seen else of.accent,
        "input-selection-foreground": of.text if is_seen else of.ground,
        "footer-background": of.panel,
        "footer-foreground": of.text,
        "footer-key-foreground": of.accent,
        "scrollbar": of.muted,
        "scrollbar-hover": of.text,
        "scrollbar-active": of.accent,
        "scrollbar-background": of.panel,
        "scrollbar-background-hover": of.panel,
        "scrollbar-background-active": of.panel,
        "scrollbar-corner-color": of.panel,
        "link-color": of.accent,
        "link-background-hover": of.panel,
        "link-color-hover": of.accent,
        "markdown-h1-color": of.accent,
        "markdown-h2-color": of.text,
        "markdown-h2-text-style": "bold",
    }
