"""Graph's synchronizationSchema: read with care, written back whole.

A PUT of the schema replaces all of it (reference/graph-entra.md 2.8). So the models keep what
they do not know, the order of keys, and the difference between null and absent.
"""

import json
from typing import Any, Self, TypeGuard

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    PrivateAttr,
    ValidationError,
    model_validator,
)
from pydantic.alias_generators import to_camel

from wizard.errors import MappingError
from wizard.mapping import json_text, sources
from wizard.mapping.expression.lexer import quoted
from wizard.mapping.wrapping import unwrapped
from wizard.words.text import plain_line

MAX_SCHEMA_BYTES = 10_000_000
"""Largest document that is read; real ones have a few hundred thousand bytes."""

_MAX_DEPTH = 200
"""Deepest nesting that is read; each nested function of an expression costs three levels."""

_EXPORT_AGAIN = "Export the mapping again from Entra, or take the backup you made before."


class GraphObject(BaseModel):
    """An object of a Graph document with everything that came with it."""

    model_config = ConfigDict(alias_generator=to_camel, extra="allow", frozen=True, strict=True)

    _keys: tuple[str, ...] = PrivateAttr(default=())

    @model_validator(mode="wrap")
    @classmethod
    def _remember_key_order(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        instance = handler(value)
        if isinstance(value, dict):
            instance._keys = tuple(value)
        return instance

    def as_json(self) -> dict[str, Any]:
        """Return the object as it goes over the wire: its own keys first, in their own order."""
        extra = self.__pydantic_extra__ or {}
        names = {field.alias or name: name for name, field in type(self).model_fields.items()}
        given = self.model_fields_set - extra.keys()
        changed = (alias for alias, name in names.items() if name in given)
        return {
            key: _plain_json(getattr(self, names[key]) if key in names else extra[key])
            for key in dict.fromkeys((*self._keys, *changed))
        }


def _plain_json(value: Any) -> Any:
    if isinstance(value, GraphObject):
        return value.as_json()
    if isinstance(value, list):
        return [_plain_json(item) for item in value]
    return value


class AttributeMappingSource(GraphObject):
    """Where a value comes from: an attribute, a constant, or a function with its parameters."""

    expression: str | None = None
    name: str | None = None
    type: str | None = None
    """`Attribute`, `Constant` or `Function`."""
    parameters: list["SourceParameter"] | None = None


class SourceParameter(GraphObject):
    """One argument of a function; an argument that repeats repeats its key."""

    key: str | None = None
    value: AttributeMappingSource | None = None


class AttributeMapping(GraphObject):
    """How one attribute of the target gets its value."""

    default_value: str | None = None
    """Used only when the source is empty while the object is created."""
    flow_type: str | None = None
    """`Always`, `ObjectAddOnly` and rarer ones."""
    matching_priority: int | None = None
    """0: not used for matching; otherwise the order in which matches are tried."""
    target_attribute_name: str | None = None
    source: AttributeMappingSource | None = None


class FilterOperand(GraphObject):
    """The values that a clause compares with."""

    values: list[str | None] | None = None


class FilterClause(GraphObject):
    """One condition of a scoping filter."""

    operator_name: str | None = None
    source_operand_name: str | None = None
    target_operand: FilterOperand | None = None


class FilterGroup(GraphObject):
    """Clauses that must all hold."""

    name: str | None = None
    clauses: list[FilterClause] | None = None


class Filter(GraphObject):
    """The scope of an object mapping: one of its groups must hold."""

    groups: list[FilterGroup] | None = None
    input_filter_groups: list[FilterGroup] | None = None
    category_filter_groups: list[FilterGroup] | None = None


class ObjectMapping(GraphObject):
    """How objects of one kind, users or groups, flow."""

    enabled: bool | None = None
    flow_types: str | None = None
    """Comma list of `Add`, `Update`, `Delete`; a blank after the comma is tolerated."""
    name: str | None = None
    source_object_name: str | None = None
    target_object_name: str | None = None
    scope: Filter | None = None
    attribute_mappings: list[AttributeMapping] | None = None


class SynchronizationRule(GraphObject):
    """A direction of the synchronization with its object mappings."""

    id: str | None = None
    name: str | None = None
    source_directory_name: str | None = None
    target_directory_name: str | None = None
    object_mappings: list[ObjectMapping] | None = None


class AttributeDefinition(GraphObject):
    """An attribute that a directory knows."""

    name: str | None = None
    type: str | None = None
    required: bool | None = None
    multivalued: bool | None = None


class ObjectDefinition(GraphObject):
    """A kind of object that a directory knows."""

    name: str | None = None
    attributes: list[AttributeDefinition] | None = None


class DirectoryDefinition(GraphObject):
    """One side of the synchronization, described."""

    id: str | None = None
    name: str | None = None
    objects: list[ObjectDefinition] | None = None


class SynchronizationSchema(GraphObject):
    """The whole document of a synchronization job."""

    id: str | None = None
    version: str | None = None
    synchronization_rules: list[SynchronizationRule]
    directories: list[DirectoryDefinition] | None = None


def read_schema(text: str | bytes) -> SynchronizationSchema:
    """Return the schema that a JSON text holds, whatever it is wrapped in.

    Raises:
        MappingError: The text is too large, cut off, not JSON, too deep, or holds no such schema.
    """
    tree = _loaded(text)
    if isinstance(tree, str) and tree.lstrip()[:1] in ("{", "["):
        tree = _loaded(tree)  # JSON that was made JSON twice
    _refuse_depth(tree)
    try:
        return SynchronizationSchema.model_validate(unwrapped(tree))
    except ValidationError as error:
        raise _wrong_shape(error) from error


def write_schema(schema: SynchronizationSchema) -> str:
    """Return the schema as JSON text for UTF-8 files, indented by two."""
    return json.dumps(schema.as_json(), indent=2, ensure_ascii=False) + "\n"


def source_text(source: AttributeMappingSource | None) -> str:
    """Return how a source is shown and typed: `[mail]`, `"text"` or the expression."""
    if source is None:
        return ""
    expression, name = source.expression or "", source.name or ""
    if source.type == "Constant" and sources.kind_of(expression) != "constant":
        return quoted(name or expression)
    if source.type == "Attribute" and not expression and name:
        return f"[{name}]"
    return expression


def source_object(text: str) -> AttributeMappingSource:
    """Return Graph's object for a source text.

    The parameters of a function stay empty: they are the tree of the expression, which the
    evaluation engine, or Graph's own parseExpression, fills.
    """
    return AttributeMappingSource.model_validate(
        {
            "expression": sources.tidy(text),
            "name": sources.name_of_source(text),
            "type": sources.kind_of(text).capitalize(),
            "parameters": [],
        }
    )


def _loaded(text: str | bytes) -> Any:
    if len(text) > MAX_SCHEMA_BYTES:
        raise MappingError(
            "The document is larger than 10 MB, which no mapping is.",
            "Choose the file that holds the mapping alone.",
            code="mapping-too-large",
        )
    try:
        tree = json_text.loads(text)
        # Half of a surrogate pair passes json.loads, but no UTF-8 file can hold it.
        json.dumps(tree, ensure_ascii=False).encode()
    except UnicodeDecodeError as error:
        raise MappingError(
            f"The document is not text: byte {error.start + 1} belongs to no character.",
            _EXPORT_AGAIN,
            code="mapping-not-text",
        ) from error
    except json.JSONDecodeError as error:
        raise _not_json(error) from error
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError as error:
        raise MappingError(
            "The document holds a number or a character that JSON does not allow.",
            _EXPORT_AGAIN,
            code="mapping-not-json",
        ) from error
    return tree


def _not_json(error: json.JSONDecodeError) -> MappingError:
    text, where = error.doc, f"line {error.lineno}, column {error.colno}"
    if not text.strip():
        return MappingError("The document is empty.", _EXPORT_AGAIN, code="mapping-truncated")
    if _is_cut_off(text.rstrip()[error.pos :], error.msg):
        return MappingError(
            f"The document is cut off: it ends in the middle of something at {where}.",
            _EXPORT_AGAIN,
            code="mapping-truncated",
        )
    return MappingError(
        f"The document is not JSON: {where} cannot be read ({error.msg}).",
        json_text.instead_of_json(text)
        or "Correct that place, or export the mapping again from Entra.",
        code="mapping-not-json",
    )


_LONGER_WORDS = ("true", "false", "null", "-", ".", "e+", "e-", "E+", "E-")
"""What a JSON word or number can end in when the rest of it is missing."""


def _is_cut_off(rest: str, reason: str) -> bool:
    """Tell whether JSON stopped making sense only because it ended."""
    if reason.startswith("Unterminated string"):
        return True
    if reason.startswith("Invalid \\uXXXX"):
        return '"' not in rest
    return any(word.startswith(rest) for word in _LONGER_WORDS)


def _is_branch(value: Any) -> TypeGuard[dict[str, Any] | list[Any]]:
    return isinstance(value, dict | list)


def _refuse_depth(tree: Any) -> None:
    level, depth = [tree], 0
    while level := [value for value in level if _is_branch(value)]:
        depth += 1
        if depth > _MAX_DEPTH:
            raise _too_deep()
        level = [
            child
            for branch in level
            for child in (branch.values() if isinstance(branch, dict) else branch)
        ]


def _too_deep() -> MappingError:
    return MappingError(
        f"The document is nested deeper than {_MAX_DEPTH} levels, which no mapping is.",
        _EXPORT_AGAIN,
        code="mapping-too-deep",
    )


_SHAPES = {
    "list_type": "must be a list",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "dict_type": "must be an object",
    "string_type": "must be text",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
}


def _wrong_shape(error: ValidationError) -> MappingError:
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    steps = [f"entry {step + 1}" if isinstance(step, int) else step for step in first["loc"]]
    where = plain_line(", ".join(steps))
    what = _SHAPES.get(first["type"], "has an unexpected form")
    return MappingError(
        f"The document is JSON, but not a mapping as Graph writes it: {where} {what}.",
        _EXPORT_AGAIN,
        code="mapping-wrong-shape",
    )
