"""The three themes: dark, light and high contrast; every text of each at least 4.5:1."""

from textual.theme import Theme


def _theme(name: str, *, dark: bool, ground: str, colours: dict[str, str]) -> Theme:
    """Return a theme.

    Args:
        name: What it is remembered by.
        dark: Whether its ground is dark.
        ground: The colour behind everything.
        colours: The others, by what they are for.
    """
    accent = colours["accent"]
    return Theme(
        name=name,
        dark=dark,
        background=ground,
        surface=colours["surface"],
        panel=colours["panel"],
        boost=colours["panel"],
        foreground=colours["text"],
        primary=accent,
        secondary=accent,
        accent=accent,
        success=colours["good"],
        warning=colours["attention"],
        error=colours["bad"],
        variables={**_texts(colours), **_parts(ground, colours)},
    )


def _texts(colours: dict[str, str]) -> dict[str, str]:
    """Return the colours of texts, by the names that styles have for them."""
    text, muted, accent = colours["text"], colours["muted"], colours["accent"]
    good, attention, bad = colours["good"], colours["attention"], colours["bad"]
    return {
        "text": text,
        "text-muted": muted,
        "text-disabled": muted,
        "foreground-muted": muted,
        "text-primary": accent,
        "text-secondary": accent,
        "text-accent": accent,
        "text-success": good,
        "text-warning": attention,
        "text-error": bad,
    }


def _parts(ground: str, colours: dict[str, str]) -> dict[str, str]:
    """Return the colours of parts of widgets, by the names that styles have for them."""
    text, muted, accent = colours["text"], colours["muted"], colours["accent"]
    panel = colours["panel"]
    return {
        "border": accent,
        "border-blurred": panel,
        "block-cursor-foreground": accent,
        "block-cursor-background": colours["chosen"],
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-foreground": text,
        "block-cursor-blurred-background": panel,
        "block-hover-background": panel,
        "input-cursor-background": text,
        "input-cursor-foreground": ground,
        "input-selection-background": colours["chosen"],
        "input-selection-foreground": text,
        "footer-background": panel,
        "footer-foreground": text,
        "footer-key-foreground": accent,
        "scrollbar": muted,
        "scrollbar-hover": text,
        "scrollbar-active": accent,
        "scrollbar-background": panel,
        "scrollbar-background-hover": panel,
        "scrollbar-background-active": panel,
        "scrollbar-corner-color": panel,
        "link-color": accent,
        "link-background-hover": panel,
        "link-color-hover": accent,
        "markdown-h1-color": accent,
        "markdown-h2-color": text,
        "markdown-h2-text-style": "bold",
    }


DARK = _theme(
    "dark",
    dark=True,
    ground="#0F1419",
    colours={
        "surface": "#171D25",
        "panel": "#1F2731",
        "text": "#E6EAF0",
        "muted": "#9AA7B5",
        "accent": "#5BC0EB",
        "chosen": "#1A2E38",
        "good": "#7BD389",
        "attention": "#F5B841",
        "bad": "#F7767C",
    },
)
LIGHT = _theme(
    "light",
    dark=False,
    ground="#FBFCFD",
    colours={
        "surface": "#F1F4F7",
        "panel": "#E4E9EF",
        "text": "#1B2430",
        "muted": "#4F5B68",
        "accent": "#0A6690",
        "chosen": "#D7E6EE",
        "good": "#186C36",
        "attention": "#7F5200",
        "bad": "#B0202A",
    },
)
HIGH_CONTRAST = _theme(
    "high-contrast",
    dark=True,
    ground="#000000",
    colours={
        "surface": "#000000",
        "panel": "#1C1C1C",
        "text": "#FFFFFF",
        "muted": "#D6D6D6",
        "accent": "#5CE1FF",
        "chosen": "#00384A",
        "good": "#6BFF95",
        "attention": "#FFD84D",
        "bad": "#FF8A93",
    },
)
THEMES = (DARK, LIGHT, HIGH_CONTRAST)
"""In the order in which one follows the other."""
