"""The mapping of users as a table: rows to show, and edits that leave everything else alone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Literal, Self, TypedDict, Unpack

from wizard.assets import asset
from wizard.errors import MappingError
from wizard.mapping import attributes, sources
from wizard.mapping.schema import (
    AttributeMapping,
    ObjectMapping,
    SynchronizationSchema,
    read_schema,
    source_object,
    source_text,
)
from wizard.words.text import plain, plain_line

ALWAYS = "Always"
"""The value follows the source for ever."""
ON_CREATION = "Only on creation"
"""The value is set once and then left to Webex."""

_FLOW_TYPES = {ALWAYS: "Always", ON_CREATION: "ObjectAddOnly"}
_APPLY = {flow_type: apply for apply, flow_type in _FLOW_TYPES.items()}


@dataclass(frozen=True)
class Row:
    """One attribute mapping as a screen shows it."""

    target: str
    source: str
    """`[mail]`, `"text"` or an expression; a bare known attribute name is taken as `[name]`."""
    matching_priority: int = 0
    """0: not used for matching; otherwise the order in which matches are tried."""
    apply: str = ALWAYS
    """`Always`, `Only on creation`, or Graph's own name of a rarer flow type."""
    default_value: str | None = None
    """Used only when the source is empty while the person is created."""
    position: int = -1
    """Place in the document, which tells two rows of one target apart."""

    @property
    def kind(self) -> sources.SourceKind:
        """Whether the source is an attribute, a constant or a function."""
        return sources.kind_of(self.source)

    @property
    def attribute(self) -> attributes.WebexAttribute | None:
        """What Webex knows about the target."""
        return attributes.find(self.target)

    @property
    def required(self) -> bool:
        """Whether Webex wants a value from everybody."""
        return self.attribute is not None and self.attribute.required

    @property
    def type(self) -> str:
        """Type of the target; empty when Webex does not have it."""
        return self.attribute.type if self.attribute else ""

    @property
    def demand(self) -> str:
        """What Webex demands of the value, in one short sentence."""
        return self.attribute.demand if self.attribute else "Not known to Webex"


class Changes(TypedDict, total=False):
    """What can be changed in a row."""

    target: str
    source: str
    matching_priority: int
    apply: str
    default_value: str | None


@dataclass(frozen=True)
class Difference:
    """A target whose mapping differs from another document's."""

    target: str
    here: Row | None
    there: Row | None

    @property
    def kind(self) -> Literal["added", "removed", "changed"]:
        """What happened to the target, seen from the other document."""
        if self.there is None:
            return "added"
        return "removed" if self.here is None else "changed"


@dataclass(frozen=True)
class MappingDocument:
    """A synchronization schema seen as the mapping of users.

    Every edit returns a new document; unknown properties, metadata, other object mappings and
    the sources of rows that did not change stay as they were.

    Raises:
        MappingError: The schema has no mapping of users.
    """

    schema: SynchronizationSchema

    def __post_init__(self) -> None:
        self._place()

    @classmethod
    def default(cls) -> Self:
        """Return the bundled default mapping (reference/graph-entra.md 1)."""
        return cls(_default_schema())

    @cached_property
    def users(self) -> ObjectMapping:
        """The object mapping of users."""
        _, _, mapping = self._place()
        return mapping

    @cached_property
    def others(self) -> tuple[ObjectMapping, ...]:
        """The object mappings beside that of users: of groups, or further ones of users."""
        rules = self.schema.synchronization_rules
        every = (mapping for rule in rules for mapping in rule.object_mappings or ())
        return tuple(mapping for mapping in every if mapping is not self.users)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The attribute mappings of users, in the document's order."""
        return rows_of(self.users)

    @property
    def enabled(self) -> bool:
        """Whether users are synchronized at all; Graph's default is yes."""
        return self.users.enabled is not False

    @cached_property
    def listed_sources(self) -> frozenset[str]:
        """Source attributes that the document's own directory lists, in lower case."""
        return self._listed(self.users.source_object_name)

    @cached_property
    def listed_targets(self) -> frozenset[str]:
        """Target attributes that the document's own directory lists, in lower case."""
        return self._listed(self.users.target_object_name)

    def row(self, target: str, position: int | None = None) -> Row:
        """Return the row of a target, in any case.

        Raises:
            MappingError: No row has that target, or several have it and no position is given.
        """
        found = [
            row
            for row in self.rows
            if attributes.same(row.target, target) and position in (None, row.position)
        ]
        if len(found) == 1:
            return found[0]
        name = plain_line(target)
        if found:
            raise MappingError(
                f"{name} is mapped {len(found)} times, so it is not clear which one is meant.",
                "Choose the row itself.",
                code="mapping-ambiguous",
            )
        raise MappingError(
            f"{name} is not mapped.", "Add a mapping for it.", code="mapping-no-such-row"
        )

    def with_edited(
        self, target: str, /, *, position: int | None = None, **changes: Unpack[Changes]
    ) -> Self:
        """Return a document in which values of one row are changed.

        Raises:
            MappingError: The row is not found or not unique, or a value cannot be used.
        """
        return self.with_typed(replace(self.row(target, position), **changes))

    def without(self, target: str, *, position: int | None = None) -> Self:
        """Return a document without one row.

        Raises:
            MappingError: The row is not found or not unique.
        """
        gone = self.row(target, position).position
        return self._with_mappings(
            [mapping for at, mapping in enumerate(self._mappings) if at != gone]
        )

    def with_typed(self, row: Row) -> Self:
        """Return a document with a row as it was typed: in its position, or else as a new one.

        Raises:
            MappingError: There is no such row any more, the target of a new one is mapped
                already, or a value cannot be used.
        """
        mappings = list(self._mappings)
        at = self._at(row)
        mappings[at : at + 1] = [self._typed(row)]
        return self._with_mappings(mappings)

    def as_kept(self, row: Row) -> Row:
        """Return a row that is typed as `with_typed` would keep it; raises as that does."""
        return _row(self._typed(row), self._at(row))

    def _at(self, row: Row) -> int:
        return row.position if row.position >= 0 else len(self._mappings)

    def _typed(self, row: Row) -> AttributeMapping:
        if row.position < 0 and attributes.parse_target(row.target).key in self._targets:
            raise MappingError(
                f"{plain_line(row.target)} is mapped already, and Entra keeps both without a word.",
                "Edit the mapping that is there.",
                code="mapping-duplicate",
            )
        if row.position < 0:
            return _edited(_empty(), Row("", ""), row)
        if row.position >= len(self._mappings):
            raise MappingError(
                "The mapping has no such row any more.",
                "Choose the row again.",
                code="mapping-no-such-row",
            )
        return _edited(self._mappings[row.position], self.rows[row.position], row)

    @cached_property
    def _targets(self) -> frozenset[str]:
        return frozenset(attributes.parse_target(row.target).key for row in self.rows)

    @property
    def mappings(self) -> tuple[AttributeMapping, ...]:
        """The attribute mappings of users as Graph's objects, in the document's order."""
        return tuple(self._mappings)

    def with_mappings(self, mappings: Iterable[AttributeMapping]) -> Self:
        """Return a document whose rows are these objects; all else stays as it is."""
        return self._with_mappings(list(mappings))

    def difference_from(self, other: "MappingDocument") -> tuple[Difference, ...]:
        """Return the targets of users that are mapped differently than in another document."""
        return row_differences(self.users, other.users)

    @cached_property
    def difference_from_default(self) -> tuple[Difference, ...]:
        """The targets that are mapped differently than in the bundled default."""
        return self.difference_from(MappingDocument.default())

    @property
    def is_default(self) -> bool:
        """Whether the rows are those of the bundled default."""
        return not self.difference_from_default

    @property
    def _mappings(self) -> list[AttributeMapping]:
        return self.users.attribute_mappings or []

    def _place(self) -> tuple[int, int, ObjectMapping]:
        for at_rule, rule in enumerate(self.schema.synchronization_rules):
            for at_mapping, mapping in enumerate(rule.object_mappings or []):
                if mapping.source_object_name == "User":
                    return at_rule, at_mapping, mapping
        found = ", ".join(
            plain_line(mapping.source_object_name or "nothing", 40)
            for rule in self.schema.synchronization_rules
            for mapping in rule.object_mappings or []
        )
        raise MappingError(
            "The document maps no users: no object mapping has User as its source"
            f"{f', but {found}' if found else ''}.",
            "Export the mapping of the Cisco Webex application, or start from the default.",
            code="mapping-no-users",
        )

    def _listed(self, object_name: str | None) -> frozenset[str]:
        return frozenset(
            attribute.name.casefold()
            for directory in self.schema.directories or []
            for listed in directory.objects or []
            if listed.name == object_name
            for attribute in listed.attributes or []
            if attribute.name
        )

    def _with_mappings(self, mappings: list[AttributeMapping]) -> Self:
        return self._with_users(self.users.model_copy(update={"attribute_mappings": mappings}))

    def _with_users(self, users: ObjectMapping) -> Self:
        at_rule, at_mapping, _ = self._place()
        rules = list(self.schema.synchronization_rules)
        mappings = list(rules[at_rule].object_mappings or [])
        mappings[at_mapping] = users
        rules[at_rule] = rules[at_rule].model_copy(update={"object_mappings": mappings})
        return type(self)(self.schema.model_copy(update={"synchronization_rules": rules}))


def rows_of(mapping: ObjectMapping) -> tuple[Row, ...]:
    """Return the attribute mappings of an object as rows, in the document's order."""
    return tuple(_row(each, at) for at, each in enumerate(mapping.attribute_mappings or ()))


def row_differences(here: ObjectMapping, there: ObjectMapping) -> tuple[Difference, ...]:
    """Return the targets that one object mapping maps differently than another.

    Blanks in expressions and the order of rows do not count; what a screen does not show does.
    """
    mine, theirs = _by_target(here), _by_target(there)
    pairs = [(*mine.get(key, _NOTHING), *theirs.get(key, _NOTHING)) for key in {**theirs, **mine}]
    return tuple(
        Difference((row or other or Row("", "")).target, row, other)
        for row, essence, other, its in pairs
        if essence != its
    )


@cache
def _default_schema() -> SynchronizationSchema:
    return read_schema(asset("mapping/default-schema.json"))


def _row(mapping: AttributeMapping, position: int) -> Row:
    default = mapping.default_value
    flow_type = mapping.flow_type or "Always"
    return Row(
        target=plain_line(mapping.target_attribute_name or ""),
        source=plain(source_text(mapping.source), 2 * sources.MAX_EXPRESSION),
        matching_priority=mapping.matching_priority or 0,
        apply=_APPLY.get(flow_type, plain_line(flow_type)),
        default_value=None if default is None else plain(default),
        position=position,
    )


def _empty() -> AttributeMapping:
    return AttributeMapping.model_validate(
        {
            "defaultValue": None,
            "exportMissingReferences": False,
            "flowBehavior": "FlowWhenChanged",
            "flowType": "Always",
            "matchingPriority": 0,
            "targetAttributeName": "",
            "source": None,
        }
    )


def _edited(mapping: AttributeMapping, before: Row, after: Row) -> AttributeMapping:
    changes = dict(_changes(before, after))
    return mapping.model_copy(update=changes) if changes else mapping


def _changes(before: Row, after: Row) -> Iterator[tuple[str, object]]:
    # Only what differs is written, so that what plain() replaced for the screen is not lost.
    if after.target != before.target:
        yield "target_attribute_name", plain_line(after.target)
    if not after.target.strip():
        raise _unusable("A mapping needs the name of a Webex attribute.")
    if after.source != before.source:
        yield "source", source_object(plain(after.source, 2 * sources.MAX_EXPRESSION))
    if after.matching_priority != before.matching_priority:
        if after.matching_priority < 0:
            raise _unusable("A matching priority is 0 (not used for matching), 1, 2 and so on.")
        yield "matching_priority", after.matching_priority
    if after.apply != before.apply:
        if after.apply not in _FLOW_TYPES:
            raise _unusable(f"A mapping applies either {ALWAYS} or {ON_CREATION}.")
        yield "flow_type", _FLOW_TYPES[after.apply]
    if after.default_value != before.default_value:
        default = after.default_value
        yield "default_value", None if default is None else plain(default)


def _unusable(message: str) -> MappingError:
    return MappingError(message, "Correct the value and try again.", code="mapping-bad-value")


_Keyed = tuple[Row | None, tuple[object, ...]]
_NOTHING: _Keyed = (None, ())


def _by_target(mapping: ObjectMapping) -> dict[tuple[str, int], _Keyed]:
    keyed: dict[tuple[str, int], _Keyed] = {}
    for row, each in zip(rows_of(mapping), mapping.attribute_mappings or (), strict=True):
        key = attributes.parse_target(row.target).key
        nth = sum(1 for target, _ in keyed if target == key)
        keyed[key, nth] = row, _essence(each)
    return keyed


def _essence(row: AttributeMapping) -> tuple[object, ...]:
    target = attributes.parse_target(row.target_attribute_name or "").key
    how = (row.matching_priority or 0, row.flow_type or "Always", row.default_value or "")
    return target, sources.squeezed(source_text(row.source)), *how
