"""The import of the step Mapping takes a text as it takes Graph's document."""

from pathlib import Path

from wizard.assets import ASSETS
from wizard.mapping.as_text import mapping_text
from wizard.mapping.document import MappingDocument
from wizard.mapping.schema import read_schema, write_schema
from wizard.mapping.written import write_text
from wizard.steps.mapping_file import MappingFile
from wizard.store.profiles import ProfileStore

CUSTOMISED = Path(__file__).parent.parent / "data" / "graph-synchronizationSchema-customised.json"


def test_a_text_is_imported_over_the_document_beside_it_or_over_that_of_the_profile(
    tmp_path: Path,
) -> None:
    file, text = MappingFile(ProfileStore(tmp_path / "profiles")), tmp_path / "mapping.txt"
    whole = MappingDocument(read_schema(CUSTOMISED.read_bytes()))
    write_text(text, whole)
    assert write_schema(file.imported(text).schema) == write_schema(whole.schema)
    alone = tmp_path / "alone.txt"
    alone.write_text(mapping_text(whole.schema), "utf-8")
    assert write_schema(file.imported(alone, whole).schema) == write_schema(whole.schema)
    default = (ASSETS / "mapping" / "default-schema.json").read_bytes()
    over = file.imported(alone)
    assert mapping_text(over.schema).count("= [mail]") == 1
    assert over.schema.as_json()["directories"] == read_schema(default).as_json()["directories"]
