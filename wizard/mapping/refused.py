"""Answers of Graph that are errors, in a file that was brought in their place."""

from collections.abc import Mapping
from typing import Any

from wizard.words.text import plain_line

_OF_A_PART = frozenset({"id", "status", "headers", "body"})
"""What an answer in a batch has (Graph, "Combine requests with JSON batching")."""


def graph_error_in(tree: Any) -> Mapping[str, Any] | None:
    """Return what Graph says in an answer that is an error; None for another answer.

    A part of a batch may have failed without Graph's words: a gateway answers with a text, or with
    nothing.
    """
    if not isinstance(tree, dict):
        return None
    named = {key.casefold(): value for key, value in tree.items()}
    if isinstance(error := named.get("error"), dict):
        return error
    status, body = named.get("status"), named.get("body")
    if not (named.keys() <= _OF_A_PART and isinstance(status, int) and status >= 400):
        return None
    said = graph_error_in(body)
    return said or {"code": f"HTTP {status}", "message": body if isinstance(body, str) else ""}


def graph_error_line(error: Mapping[str, Any]) -> str:
    """Return an error of Graph as one line."""
    told = (plain_line(error.get(key) or "", 200) for key in ("code", "message"))
    return " ".join(told).strip()
