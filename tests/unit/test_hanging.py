"""What begins with a sign or a number goes on below its own words; command lines stand out."""

import pytest
from textual.content import Content

from screens.widgets.commands import with_commands
from screens.widgets.hanging import hung


@pytest.mark.parametrize("sign", ["- ", "! ", "… ", "1. ", "12. ", "  ", "        ", "because "])
def test_a_line_goes_on_below_its_words(sign: str) -> None:
    text = f"{sign}active from Switch([IsSoftDeleted], , False)\nand a line without a sign"
    first, second, *_, last = hung(Content(text), 26).plain.splitlines()
    assert first.startswith(f"{sign}active")
    assert second.startswith(" " * len(sign) + second.lstrip())
    assert not second[len(sign)].isspace()
    assert last == "and a line without a sign"


def test_a_line_of_a_list_goes_on_where_its_words_began() -> None:
    lead, said = "[x] 2026-11-28 02:00  ", "Notification: an address of whom Entra mails"
    lines = hung(Content(lead + said), 44, len(lead)).plain.splitlines()
    assert lines[0].startswith(lead)
    assert [line[: len(lead)].strip() for line in lines[1:]] == [""] * (len(lines) - 1)
    assert " ".join(" ".join(lines).split()) == " ".join(f"{lead}{said}".split())


@pytest.mark.parametrize("text", ["2026. was a year that was long", "10 people of a long list"])
def test_a_number_without_a_point_or_a_year_is_no_sign(text: str) -> None:
    assert hung(Content(text), 22).plain == text


def test_a_command_line_is_bold_and_a_name_keeps_its_marks() -> None:
    said = with_commands("Run `webex-wizard undo --practice`, not `b` or `webex-wizards`.")
    assert said.plain == "Run webex-wizard undo --practice, not `b` or `webex-wizards`."
    assert [(span.start, span.end, span.style) for span in said.spans] == [(4, 32, "bold")]


@pytest.mark.parametrize("sign", ["", "2. "])
@pytest.mark.parametrize("width", range(20, 60))
def test_a_path_breaks_behind_its_separators_alone(sign: str, width: int) -> None:
    path = f"{sign}Open Cisco Webex > Provisioning > Manage > Scoping filters > Users > the pencil."
    laid_out = hung(Content.assemble(path, (" It is bold.", "bold")), width)
    lines = laid_out.plain.splitlines()
    assert " ".join(" ".join(lines).split()) == f"{path} It is bold."
    assert [line for line in lines if line.lstrip().startswith(">") or len(line) > width] == []
    bold = " ".join(laid_out.plain[span.start : span.end] for span in laid_out.spans)
    assert bold.split() == ["It", "is", "bold."]
