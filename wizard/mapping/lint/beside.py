"""One row judged while it is typed, at a cost that does not depend on how many others there are."""

from collections.abc import Iterator

from wizard.errors import MappingError
from wizard.mapping import attributes
from wizard.mapping.document import MappingDocument, Row
from wizard.mapping.expression.values import Context
from wizard.mapping.lint.around import Around
from wizard.mapping.lint.breaks import WORK_MAIL, Demands, Wrong, mail_differs
from wizard.mapping.lint.finding import MappingFinding, unique
from wizard.mapping.lint.linter import lint_row
from wizard.mapping.people import Person
from wizard.mapping.sent import IGNORED, Sending, Sent, text_of


class Beside:
    """What the other rows say is found out once, and once for each person who is looked at.

    Args:
        document: The mapping.
        position: Place of the row in it; -1 for a new one.
    """

    def __init__(self, document: MappingDocument, position: int) -> None:
        others = [row for row in document.rows if row.position != position]
        self._document = document
        self._around = Around.of(document, others)
        self._sending = Sending(others, document.users.scope, Context())
        first = Around.of(document, self._sending.rows)
        self._name = first.user_name
        self._mail = first.by_target.get(attributes.parse_target(WORK_MAIL).key)
        self._met: Person | None = None
        self._is_reached = False
        self._user_name = ""

    def findings(self, row: Row, person: Person, sent: Sent | None) -> tuple[MappingFinding, ...]:
        """Return what is wrong with the row, in general and for a person.

        Args:
            row: The row as it is typed.
            person: Who is looked at.
            sent: What the row sends of the person; None where that is not known.
        """
        try:
            kept = self._document.as_kept(row)
        except MappingError as error:
            return (MappingFinding(row.target, error.code, "error", error.message, error.hint),)
        wrong = () if sent is None else self._wrong(kept, person, sent)
        return unique((*lint_row(kept, self._around), *(each.finding() for each in wrong)))

    def _wrong(self, row: Row, person: Person, sent: Sent) -> Iterator[Wrong]:
        self._meet(person)
        if not self._is_reached or sent is IGNORED or not row.source.strip():
            return
        yield from Demands.of(row).wrong(sent)
        comes_first = self._mail is None or self._mail.position > row.position
        if attributes.same(row.target, WORK_MAIL) and comes_first:
            yield from mail_differs(row, text_of(sent), self._user_name)

    def _meet(self, person: Person) -> None:
        if self._met is person:
            return
        try:
            sent = self._sending.of(person)
        except MappingError:
            sent = None
        self._met, self._is_reached = person, sent is not None
        names = zip(self._sending.rows, sent or (), strict=False)
        self._user_name = next((text_of(each) for row, each in names if row is self._name), "")
