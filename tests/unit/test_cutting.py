"""Texts and columns in the room there is."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from screens.widgets.cutting import end_cut, middle_cut, shares
from screens.widgets.fact_table import FactTable
from wizard.steps.base import Table


def test_what_does_not_fit_is_cut_in_its_middle() -> None:
    assert middle_cut("ana.ruiz@practice.example", 15) == "ana.rui…example"
    assert middle_cut("name.givenName", 14) == "name.givenName"


def test_what_says_first_what_matters_is_cut_at_its_end() -> None:
    assert end_cut("taken over; externalId is filled", 12) == "taken over;…"
    assert end_cut("taken over", 10) == "taken over"


@given(st.text(max_size=40), st.integers(0, 40))
def test_a_cut_text_has_the_width_it_was_given(text: str, width: int) -> None:
    for cut in (middle_cut, end_cut):
        assert cell_len(cut(text, width)) <= max(width, cell_len(text) if width >= 40 else width)


def test_the_title_of_a_narrow_table_has_all_the_width() -> None:
    title = "People and groups: 1 updated, 1 unchanged"
    facts = FactTable(Table(title, ("Who", "Result"), (("ana@a.example", "updated"),)))
    console = Console(width=52)
    with console.capture() as painted:
        console.print(facts.content)
    assert painted.get().splitlines()[0].rstrip() == title


def test_a_table_stays_a_table_where_the_longest_word_is_cut() -> None:
    schema = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    facts = FactTable(
        Table(
            "Attribute by attribute:",
            ("Webex attribute", "Value", "Verdict"),
            (
                ("userName", "ana.ruiz@practice.example", "as predicted"),
                (f"{schema}:department", "IT", "differs; predicted: Sales"),
            ),
        )
    )
    console = Console(width=52)
    with console.capture() as painted:
        console.print(facts.content)
    lines = painted.get().splitlines()
    assert lines[1].split() == ["Webex", "attribute", "Value", "Verdict"]
    assert lines[2].split() == ["userName", "ana.ruiz@….example", "as", "predicted"]
    assert lines[3].split() == ["urn:ietf:…partment", "IT", "differs;"]
    assert all(cell_len(line) <= 52 for line in lines)


@given(st.lists(st.integers(1, 200), min_size=1, max_size=6), st.integers(6, 200))
def test_columns_share_the_room_by_what_they_want(wanted: list[int], room: int) -> None:
    given_ = shares(wanted, room)
    assert sum(given_) <= max(room, len(wanted))
    assert all(1 <= got <= want for got, want in zip(given_, wanted, strict=True))
    if sum(wanted) <= room:
        assert given_ == wanted
