"""A mistake of this program, told in one calm line with no value of anybody's in it."""

from traceback import walk_tb

from wizard import __version__
from wizard.errors import UnexpectedError

_OURS = ("wizard", "screens", "assets")


def unexpected(error: BaseException) -> UnexpectedError:
    """Return what to say of an error that nobody foresaw: its kind and its place, not its words."""
    return UnexpectedError(
        f"webex-wizard met a mistake of its own: {_told(error)} "
        f"(code {UnexpectedError.code}, version {__version__}).",
        "Please report this line where you got webex-wizard; it holds no data of yours.",
    )


def line(error: BaseException) -> str:
    """Return the same as one line."""
    told = unexpected(error)
    return f"{told.message} {told.hint}"


def _told(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    places = [
        f"{frame.f_globals.get('__name__', '?')}:{number}"
        for frame, number in walk_tb(error.__traceback__)
    ]
    ours = [place for place in places if place.partition(".")[0] in _OURS]
    shown = dict.fromkeys([*ours[-1:], *places[-1:]])
    return f"{type(error).__qualname__} at {' > '.join(shown) or 'an unknown place'}"
