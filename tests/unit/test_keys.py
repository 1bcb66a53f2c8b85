"""The keys of all screens: one table, and one meaning for each key."""

from pathlib import Path

import screens
from screens.keys import KEYS, key


def test_no_key_has_two_meanings() -> None:
    assert len(set(KEYS.values())) == len(KEYS)


def test_every_screen_takes_its_keys_from_the_table() -> None:
    (folder,) = map(Path, screens.__path__)
    own = [each.name for each in folder.rglob("*.py") if "Binding(" in each.read_text("utf-8")]
    assert own == ["keys.py"]


def test_two_meanings_may_share_an_action() -> None:
    assert key("person next-person", "person(1)", "Person").key == "j,ctrl+down"
