"""The two objects of a mapping, users and groups: whether each is switched on, and its switch.

A job maps both, and each is switched on or off by `enabled` of its object mapping
(reference/graph-entra.md 2.8 and 11). What a document does not say is not known: nothing is
assumed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from wizard.mapping.document import Row, rows_of
from wizard.mapping.schema import ObjectMapping, SynchronizationSchema
from wizard.mapping.scoping.outline import outline

ObjectKind = Literal["User", "Group"]
"""What is mapped, as Graph names the source."""

NAMES: Mapping[ObjectKind, str] = MappingProxyType({"User": "users", "Group": "groups"})
"""How people call them; in the order in which they are shown."""


@dataclass(frozen=True)
class MappedObject:
    """What a document says of users, or of groups."""

    kind: ObjectKind
    is_mapped: bool
    """Whether there is a mapping of them at all."""
    enabled: bool | None
    """Whether they are switched on; None where the document does not say."""
    rows: tuple[Row, ...] = ()
    is_filtered: bool = False
    """Whether a scoping filter may leave some out."""
    is_whole: bool = True
    """Whether the document is a whole one, which leaves out only what is not mapped."""

    @property
    def goes_along(self) -> bool | None:
        """Whether such objects are written into Webex; None where that is not known."""
        if not self.is_mapped:
            return False if self.is_whole else None
        return self.enabled


def mapped_object(schema: SynchronizationSchema, kind: ObjectKind) -> MappedObject:
    """Return what a document says of users, or of groups.

    Where several mappings are of one kind, one that is on is enough.
    """
    found = tuple(of_kind(schema, kind))
    switches = [mapping.enabled for mapping in found]
    enabled = True if True in switches else None if None in switches or not found else False
    shown = next((each for each in found if each.enabled), found[0] if found else None)
    return MappedObject(
        kind,
        is_mapped=bool(found),
        enabled=enabled,
        rows=rows_of(shown) if shown else (),
        is_filtered=any(outline(each.scope) for each in found),
        is_whole=is_whole(schema),
    )


def is_whole(schema: SynchronizationSchema) -> bool:
    """Tell whether a document is a whole one; a part of one, cut out, has rules without an id."""
    return all(rule.id for rule in schema.synchronization_rules)


def groups_in_words(schema: SynchronizationSchema) -> str:
    """Return whether a document switches groups on, and what that means, as sentences."""
    groups = mapped_object(schema, "Group")
    if groups.goes_along is None and not groups.is_mapped:
        return "Groups: the file is a part without them; whether they go along is not seen in it."
    if not groups.is_mapped:
        return "Groups: the file does not map them, so no group goes along."
    if groups.enabled is None:
        return "Groups: the file does not say whether they are on; what Entra has counts."
    if not groups.enabled:
        return "Groups: off in the file, so no group goes along."
    return (
        "Groups: on in the file. Each assigned group becomes a group in Webex, with its members; "
        "with everybody in scope, each of the directory."
    )


def switches_of(schema: SynchronizationSchema) -> dict[str, bool | None]:
    """Return the switch of each kind that a document maps."""
    objects = (mapped_object(schema, kind) for kind in NAMES)
    return {each.kind: each.enabled for each in objects if each.is_mapped}


def with_switches(
    schema: SynchronizationSchema, wanted: Mapping[str, bool | None]
) -> SynchronizationSchema:
    """Return a document with the switches of the kinds that are named; the others stay."""
    for kind in NAMES:
        if kind in wanted:
            schema = switched(schema, kind, on=wanted[kind])
    return schema


def switched(
    schema: SynchronizationSchema, kind: ObjectKind, *, on: bool | None
) -> SynchronizationSchema:
    """Return a document in which users, or groups, are switched on or off.

    A kind that is not mapped stays so; switching on leaves alone what is on already.
    """
    now = mapped_object(schema, kind)
    if not now.is_mapped or now.enabled is on:
        return schema
    rules = [
        rule.model_copy(
            update={
                "object_mappings": [
                    _switched(mapping, on=on) if mapping.source_object_name == kind else mapping
                    for mapping in rule.object_mappings or ()
                ]
            }
        )
        if any(mapping.source_object_name == kind for mapping in rule.object_mappings or ())
        else rule
        for rule in schema.synchronization_rules
    ]
    return schema.model_copy(update={"synchronization_rules": rules})


def _switched(mapping: ObjectMapping, *, on: bool | None) -> ObjectMapping:
    return mapping if mapping.enabled is on else mapping.model_copy(update={"enabled": on})


def of_kind(schema: SynchronizationSchema, kind: ObjectKind) -> Iterator[ObjectMapping]:
    """Yield the mappings of users, or of groups."""
    for rule in schema.synchronization_rules:
        for mapping in rule.object_mappings or ():
            if mapping.source_object_name == kind:
                yield mapping
