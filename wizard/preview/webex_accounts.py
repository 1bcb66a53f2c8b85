"""Accounts of Webex as the values that a mapping would send, by a function made for its targets.

Names in SCIM are caseless (RFC 7643 section 2.1): the patient way spells them as the table of
Webex's attributes does, and then reads as the quick one.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from wizard.mapping import attributes
from wizard.mapping.attributes import TargetPath
from wizard.mapping.document import Row
from wizard.preview.columns import as_sent
from wizard.preview.pages import object_form, unusable

AccountRow = tuple[Any, ...]
"""Id, userName, whether it is active, externalId or None, roles, and the value at each target."""
VALUES: Final = 5
"""Where the values begin."""

_ALWAYS: Final = ("id", "userName", "externalId", "active", "displayName", "roles")
_IN_LISTS: Final = ("value", "type", "primary", "display")


class WebexAccounts:
    """How accounts are read.

    Args:
        rows: The rows whose targets are compared.
    """

    def __init__(self, rows: tuple[Row, ...]) -> None:
        self._paths = [_canonical(row.target) for row in rows]
        self._spelling = _spelling(self._paths)
        self.form = self._form()
        self.quick: Callable[[Mapping[str, Any]], AccountRow] = self._compiled()

    def patient(self, record: Mapping[str, Any]) -> AccountRow:
        """Return an account of a record in whatever spelling.

        Raises:
            PreviewError: It is no account.
        """
        user = _spelled(record, self._spelling)
        if "userName" not in user and "userprincipalname" in {key.casefold() for key in record}:
            raise unusable(
                "It holds people of Entra where accounts of Webex belong.",
                "Give people with --entra, accounts with --webex.",
                code="preview-wrong-file",
            )
        if not isinstance(user.get("id"), str):
            raise unusable("An account has no id.", code="preview-no-id")
        if not isinstance(user.get("userName"), str):
            user["userName"] = ""
        return self.quick(user)

    def _form(self) -> Any:
        fields: dict[str, Any] = dict.fromkeys((*_ALWAYS, *(p.base for p in self._paths)), Any)
        inner: dict[str, dict[str, Any]] = {}
        for path in self._paths:
            outer, name = _within(path)
            if outer and path.filter is None and not _is_list(path):
                inner.setdefault(outer, {})[name] = Any
        fields |= {outer: object_form(parts) | None for outer, parts in inner.items()}
        fields["id"] = fields["userName"] = str
        return object_form(fields, required=("id", "userName"))

    def _compiled(self) -> Callable[[Mapping[str, Any]], AccountRow]:
        names = {
            "chosen": _chosen,
            "as_sent": as_sent,
            "has_no_part": _NO_PARTS,
            "roles_of": _roles_of,
            "__builtins__": {"str": str},
        }
        lines = [f"v{at} = {self._read(path)}" for at, path in enumerate(self._paths)]
        for at in range(len(self._paths)):
            lines += [f"if v{at}.__class__ is not str or not v{at}: v{at} = as_sent(v{at})"]
        values = "".join(f"v{at}, " for at in range(len(self._paths)))
        body = [
            "get = user.get",
            *lines,
            "link = get('externalId')",
            "if link.__class__ is not str or not link: link = None",
            "roles = get('roles')",
            "roles = roles_of(roles) if roles else ''",
            "on = get('active')",
            "if on is not True: on = on is not False and str(on).lower() != 'false'",
            f"return user['id'], user['userName'], on, link, roles, {values}",
        ]
        source = "\n    ".join(("def account_of(user):", *body))
        exec(compile(source, "<accounts>", "exec"), names)  # noqa: S102 - literals by repr alone
        return names["account_of"]  # type: ignore[return-value]  # what the source defines

    def _read(self, path: TargetPath) -> str:
        outer, name = _within(path)
        if path.filter is not None or _is_list(path):
            return f"chosen(get({outer or name!a}), {path.filter!a}, {path.part or 'value'!a})"
        if not outer:
            return f"get({name!a})"
        return f"(get({outer!a}) or has_no_part).get({name!a})"


_NO_PARTS: Mapping[str, Any] = {}


def _canonical(target: str) -> TargetPath:
    """Return a target in the spelling of the table, where Webex has it."""
    known = attributes.find(target)
    path = attributes.parse_target(target)
    if known is None:
        return path
    spelled = attributes.parse_target(known.path)
    return TargetPath(spelled.base, path.filter, spelled.part or path.part)


def _within(path: TargetPath) -> tuple[str, str]:
    """Return the object that holds a value, and its name there."""
    urn, colon, name = path.base.rpartition(":")
    if colon and not urn.casefold().endswith(":core:2.0:user"):
        return urn, name  # a part of it is `chosen`
    return (name, path.part) if path.part else ("", name)


def _is_list(path: TargetPath) -> bool:
    whole = attributes.container(path.base)
    return whole is not None and whole.multi_valued


def _chosen(items: Any, selected: str | None, part: str) -> Any:
    """Return a part of the item that a filter selects; without one of the first item.

    A filter that names no type is taken for one of the primary item.
    """
    if not isinstance(items, list):
        return None
    wanted = TargetPath("", selected).type
    for item in items:
        if not isinstance(item, dict):
            return item if selected is None else None
        is_it = selected is None or item.get("primary") is True
        if wanted is not None:
            is_it = str(item.get("type", "")).casefold() == wanted.casefold()
        if is_it:
            return item.get(part)
    return None


def _roles_of(roles: Any) -> str:
    """Return the administrators' roles of an account, parted by blanks."""
    found = (each.get("value") if isinstance(each, dict) else each for each in roles)
    return " ".join(str(each) for each in found if "admin" in str(each).casefold())


def _spelling(paths: list[TargetPath]) -> Mapping[str, str]:
    names = [*_ALWAYS, *_IN_LISTS]
    for path in paths:
        names += [*_within(path), path.part or ""]
    return {name.casefold(): name for name in names if name}


def _spelled(value: Any, spelling: Mapping[str, str]) -> Any:
    """Return objects with names as they are spelled here; one that is spelled right wins."""
    if isinstance(value, list):
        return [_spelled(each, spelling) for each in value]
    if not isinstance(value, Mapping):
        return value
    found = dict(_pairs(value, spelling))
    return found | {key: _spelled(each, spelling) for key, each in value.items() if key in found}


def _pairs(value: Mapping[str, Any], spelling: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for key, each in value.items():
        if name := spelling.get(key.casefold()):
            yield name, _spelled(each, spelling)
