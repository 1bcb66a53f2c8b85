"""Every fact that a comment cites is in assets/reference, and nothing else is."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "assets" / "reference"
CITING = {".py", ".toml", ".tcss", ".html", ".md"}
NUMBER = r"\d+(?:\.\d+)?"
CITATION = re.compile(
    rf"reference/([\w-]+\.md) ({NUMBER}(?:, {NUMBER})*(?: and {NUMBER})?)(?!\.?\d)"
)
MENTION = re.compile(r"(?<!assets/)reference/.{0,20}|(?:webex|graph-entra)\.md")
HEADING = re.compile(rf"^## ({NUMBER}) ", re.MULTILINE)
WRAPPED = re.compile(r"\s*\n\s*(?:#\s*)?")


def texts() -> Iterator[tuple[str, str]]:
    """Yield each file that may cite, with its lines joined."""
    for tree in ("wizard", "screens", "assets", "tests"):
        for file in sorted((ROOT / tree).rglob("*")):
            is_ours = file != Path(__file__) and REFERENCE not in file.parents
            if file.suffix in CITING and is_ours and "data" not in file.parts:
                yield str(file.relative_to(ROOT)), WRAPPED.sub(" ", file.read_text("utf-8"))


def cited() -> set[tuple[str, str]]:
    return {
        (match[1], number)
        for _, text in texts()
        for match in CITATION.finditer(text)
        for number in re.findall(NUMBER, match[2])
    }


def held() -> set[tuple[str, str]]:
    return {
        (file.name, number)
        for file in REFERENCE.glob("*.md")
        for number in HEADING.findall(file.read_text("utf-8"))
    }


def test_every_citation_has_the_one_form() -> None:
    left = {name: MENTION.findall(CITATION.sub("", text)) for name, text in texts()}
    odd = {name: found for name, found in left.items() if found}
    assert not odd, 'cite as "reference/FILE.md 1.2, 3 and 4"'


def test_every_cited_data_file_is_there() -> None:
    found = {name for _, text in texts() for name in re.findall(r"tests/data/[\w.-]+\.\w+", text)}
    assert [name for name in sorted(found) if not (ROOT / name).exists()] == []


def test_every_cited_section_is_there_and_every_section_is_cited() -> None:
    assert cited() == held()


@pytest.mark.parametrize("file", sorted(REFERENCE.glob("*.md")), ids=lambda file: file.name)
def test_every_fact_says_how_sure_it_is(file: Path) -> None:
    facts = re.findall(r"^- (.*)", file.read_text("utf-8"), re.MULTILINE)
    assert facts
    unsure = [each for each in facts if not re.match(r"(said|seen|tried|inferred|open): ", each)]
    assert not unsure


def test_the_sources_are_named_with_their_licences() -> None:
    notice = (REFERENCE / "NOTICE").read_text("utf-8")
    for name in ("MicrosoftDocs/entra-docs", "webex-openapi-specs", "CC BY 4.0", "help.webex.com"):
        assert name in notice
