"""A mapping in a file: Graph's document, or its text with what else there was in a file beside."""

from dataclasses import replace
from pathlib import Path

from wizard.errors import MappingError
from wizard.machine.files import read_file, unreadable_file, write_private
from wizard.mapping.as_text import FROM_ANYWHERE, mapping_text
from wizard.mapping.carrying import carried_whole
from wizard.mapping.document import MappingDocument
from wizard.mapping.reading_text import is_text, read_text
from wizard.mapping.schema import MAX_SCHEMA_BYTES, read_schema, write_schema
from wizard.words.text import plain_line


def rest_of(file: Path) -> Path:
    """Return where the whole document stands whose text is in a file."""
    return file.with_name(f"{file.name}.rest.json")


def read_part(file: Path) -> MappingDocument:
    """Return what a file says of a mapping: all of Graph's document, of a text what is in it.

    Raises:
        MappingError: It cannot be read (`file-unreadable`), or is no mapping.
    """
    return _mapping(file, _content(file))


def read_whole(file: Path, over: MappingDocument | None = None) -> MappingDocument:
    """Return the mapping in a file, as a whole document.

    Args:
        file: Graph's document, or a text, which is laid over the document beside it.
        over: What a text is laid over that has none beside it; None is the bundled default.

    Raises:
        MappingError: One of them cannot be read (`file-unreadable`), is no mapping, or the text
            speaks of what is not in the other.
    """
    content = _content(file)
    document = _mapping(file, content)
    if not is_text(content):
        return document
    rest = rest_of(file)
    if rest.exists():
        over = _mapping(rest, _content(rest))
    return carried_whole(over or MappingDocument.default(), document)


def write_text(file: Path, document: MappingDocument, whence: str = FROM_ANYWHERE) -> None:
    """Write the text of a mapping, and beside it the whole document, first.

    Args:
        file: Where the text goes.
        document: The mapping.
        whence: Where it is from, as a sentence.

    Raises:
        ProfileError: A file could not be written.
    """
    write_private(rest_of(file), write_schema(document.schema))
    write_private(file, mapping_text(document.schema, whence))


def _mapping(file: Path, content: bytes) -> MappingDocument:
    """Return what a file says of a mapping; an error names the file, which may be one of two."""
    try:
        return MappingDocument(read_text(content) if is_text(content) else read_schema(content))
    except MappingError as error:
        raise replace(error, message=f"{plain_line(file)}: {error.message}") from error


def _content(file: Path) -> bytes:
    try:
        return read_file(file, MAX_SCHEMA_BYTES)
    except (OSError, ValueError) as error:  # also an odd name
        raise unreadable_file(str(file), error) from error
