"""Values inside OData queries: quoted so that they stay values."""

from datetime import UTC, datetime

_LONGEST_SEARCH = 120


def odata_text(text: str) -> str:
    """Return text as a string of `$filter`, its quotes doubled (OData 4.01 URL conventions)."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def odata_moment(when: datetime) -> str:
    """Return a time as `$filter` takes it: in UTC, to the second."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def search(text: str, *properties: str) -> str:
    """Return `$search` for text in any of the properties; empty when there is nothing to search.

    A double quote or backslash is escaped with a backslash; what cannot be printed becomes a
    blank (Microsoft Graph, "Use the $search query parameter", directory objects).
    """
    printable = "".join(sign if sign.isprintable() else " " for sign in text[:_LONGEST_SEARCH])
    wanted = " ".join(printable.split()).replace("\\", "\\\\").replace('"', '\\"')
    return " OR ".join(f'"{name}:{wanted}"' for name in properties) if wanted else ""
