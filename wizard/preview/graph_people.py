"""Users of Graph as people of provisioning, by a function made for what a mapping names.

The general way (`wizard.mapping.people.from_record`) stays the measure: the first page and every
fiftieth go both ways (`wizard.preview.pages`).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from wizard.mapping.guests import UPN, WHOLE_NAME, address_at_home
from wizard.mapping.people import Person, from_record, graph_properties, is_graph_user, respelled
from wizard.mapping.sources import source_attributes
from wizard.preview.pages import object_form, unusable

_Leaf = str | int | float | bool | None
_NEEDED = ("objectId", "userPrincipalName", "displayName", "mail", "accountEnabled")
_BESIDE = ("deletedDateTime", "userType")


class GraphUsers:
    """How users of Graph are read.

    Args:
        names: Provisioning's names of what mapping and scope name.
    """

    def __init__(self, names: Iterable[str]) -> None:
        wanted = dict.fromkeys((*_NEEDED, *names))
        self._several = {a.graph_property for a in source_attributes() if a.multi_valued}
        self._taken = [
            (a.name, *_parts(a.graph_property))
            for a in source_attributes()
            if a.name in wanted and a.graph_property and a.name not in {UPN, WHOLE_NAME}
        ]
        self._properties = {*graph_properties(wanted), *_BESIDE}
        self._kept = frozenset({*wanted, "IsSoftDeleted", WHOLE_NAME, *_BESIDE})
        self.form = self._form()
        self.quick: Callable[[dict[str, Any]], Person] = self._compiled()

    def patient(self, record: Mapping[str, Any]) -> Person | None:
        """Return a person of a record in whatever spelling; None for a group or a device.

        Raises:
            MappingError: A value has a form that neither Graph nor provisioning uses.
            PreviewError: It is an account of Webex.
        """
        record = respelled(record)
        kind = record.get("@odata.type")
        if isinstance(kind, str) and not kind.casefold().endswith(".user"):
            return None
        if UPN not in record and "username" in {name.casefold() for name in record}:
            raise unusable(
                "It holds accounts of Webex where people of Entra belong.",
                "Give people with --entra, accounts with --webex.",
                code="preview-wrong-file",
            )
        person = dict(from_record(record))
        if is_graph_user(record) or "objectId" not in person:
            person["objectId"] = record.get("id") or record.get("objectId")
        for name in _BESIDE:
            person[name] = record.get(name)
        return self.bare(person)

    def bare(self, person: Person) -> Person:
        """Return a person without what is empty, and what no mapping reads."""
        return {name: person[name] for name in self._kept if person.get(name) is not None}

    def _form(self) -> Any:
        inner: dict[str, dict[str, Any]] = {}
        fields: dict[str, Any] = {}
        for _, outer, part in self._taken:
            if part:
                inner.setdefault(outer, {})[part] = _Leaf
        for name in self._properties:
            if name in inner:
                fields[name] = object_form(inner[name]) | None
            elif name == "manager":
                fields[name] = object_form({"id": _Leaf}) | None
            elif name in _SCALARS or name in _BESIDE:
                fields[name] = _Leaf
            else:
                fields[name] = list[_Leaf] | _Leaf
        fields["id"] = fields[UPN] = str
        return object_form(fields, required=("id", UPN))

    def _compiled(self) -> Callable[[dict[str, Any]], Person]:
        names = {"address_at_home": address_at_home, "__builtins__": {"list": list, "tuple": tuple}}
        source = "\n    ".join(("def person_of(user):", *self._lines()))
        exec(compile(source, "<people>", "exec"), names)  # noqa: S102 - literals by repr alone
        return names["person_of"]  # type: ignore[return-value]  # what the source defines

    def _lines(self) -> Iterator[str]:
        """Yield what makes a person of a user in its place: most names are the same on both sides.

        All that is called otherwise is read before anything is renamed.
        """
        yield "get = user.get"
        others = [each for each in self._taken if each[0] != each[1] or each[0] == "manager"]
        for at, (_, outer, part) in enumerate(others):
            value = f"v{at}"
            yield f"{value} = get({outer!a})"
            if part or outer == "manager":
                yield f"if {value} is not None: {value} = {value}.get({part or 'id'!a})"
            elif outer in self._several:
                yield f"if {value}.__class__ is list: {value} = {_SEVERAL.format(value)}"
            elif outer not in _SCALARS:
                yield f"if {value}.__class__ is list: {value} = {value}[0] if {value} else None"
        for at, (name, _, _) in enumerate(others):
            yield f"user[{name!a}] = v{at}"
        renamed = {outer for _, outer, _ in others}
        first = {name for name, outer, _ in self._taken if outer not in self._several}
        for name in sorted(self._properties - renamed - _SCALARS - {UPN, *_BESIDE}):
            yield f"value = get({name!a})"
            several = "value[0] if value else None" if name in first else _SEVERAL.format("value")
            yield f"if value.__class__ is list: user[{name!a}] = {several}"
        yield "enabled = get('accountEnabled')"
        yield "user['IsSoftDeleted'] = enabled is False or not not get('deletedDateTime')"
        yield f"user[{WHOLE_NAME!a}] = name = user[{UPN!a}]"
        yield f"if '#' in name: user[{UPN!a}] = address_at_home(name)"
        yield "return user"


_SEVERAL = "tuple([each for each in {} if each is not None])"

_SCALARS = frozenset(
    a.graph_property
    for a in source_attributes()
    if a.graph_property
    and not a.multi_valued
    and a.graph_property not in {"businessPhones", "imAddresses"}
)
"""Properties of which Graph has one value."""


def _parts(path: str) -> tuple[str, str]:
    outer, _, part = path.partition("/")
    return outer, part
