"""Texts and columns in the room there is."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from screens.widgets.cutting import middle_cut, shares


def test_what_does_not_fit_is_cut_in_its_middle() -> None:
    assert middle_cut("ana.ruiz@practice.example", 15) == "ana.rui…example"
    assert middle_cut("name.givenName", 14) == "name.givenName"


@given(st.text(max_size=40), st.integers(0, 40))
def test_a_cut_text_has_the_width_it_was_given(text: str, width: int) -> None:
    assert cell_len(middle_cut(text, width)) <= max(width, cell_len(text) if width >= 40 else width)


@given(st.lists(st.integers(1, 200), min_size=1, max_size=6), st.integers(6, 200))
def test_columns_share_the_room_by_what_they_want(wanted: list[int], room: int) -> None:
    given_ = shares(wanted, room)
    assert sum(given_) <= max(room, len(wanted))
    assert all(1 <= got <= want for got, want in zip(given_, wanted, strict=True))
    if sum(wanted) <= room:
        assert given_ == wanted
