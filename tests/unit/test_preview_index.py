"""Places by hashes, laid beside a plain look through all of them; and rows as they were given."""

from array import array

from hypothesis import example, given
from hypothesis import strategies as st

from wizard.preview.index import NONE, SEVERAL, Index
from wizard.preview.row_store import RowStore

HASHES = st.lists(
    st.integers(-4, 4) | st.integers(-(1 << 63), (1 << 63) - 1) | st.just(1 << 40), max_size=12
)


def looked_up(hashes: list[int], without: set[int], key: int) -> int:
    found = [at for at, each in enumerate(hashes) if each == key != 0 and at not in without]
    return NONE if not found else found[0] if len(found) == 1 else SEVERAL


@given(HASHES, st.sets(st.integers(0, 11)), HASHES)
@example([5, 5, 0], {1}, [5, 0, 6])
def test_an_index_finds_what_a_look_through_all_finds(
    hashes: list[int], without: set[int], keys: list[int]
) -> None:
    index = Index(array("q", hashes), frozenset(without))
    keys += hashes
    expected = [looked_up(hashes, without, key) for key in keys]
    assert [index.get(key) for key in keys] == expected
    assert list(index.each(keys)) == expected


@given(HASHES)
def test_what_was_there_before_is_all_but_the_first_of_each(hashes: list[int]) -> None:
    expected = {at for at, each in enumerate(hashes) if each and each in hashes[:at]}
    assert Index(array("q", hashes)).repeated == expected


VALUES = st.none() | st.booleans() | st.integers(0, 1) | st.sampled_from(["", "a", "b"])


@example([64], [("", ""), (True, 1)], ())
@given(
    st.lists(st.integers(0, 150), max_size=4),
    st.lists(st.tuples(VALUES, VALUES), min_size=1, max_size=5),
    st.sampled_from([(), (0,), (1, 3)]),
)
def test_rows_come_out_as_they_went_in(
    sizes: list[int], some: list[tuple[object, object]], whole: tuple[int, ...]
) -> None:
    store = RowStore(whole)
    rows = [(str(at), *some[at % len(some)], str(at), at) for at in range(sum(sizes))]
    first = 0
    for size in sizes:
        store.extend(rows[first : first + size])
        first += size
    more = [(str(at), True, 1, 1.0, at) for at in (1000, 1001)]
    for row in more:
        store.append(row)
    assert list(map(repr, store)) == list(map(repr, [*rows, *more]))
    assert [store[at] for at in range(len(store))] == [*rows, *more]
