"""The chosen row of a mapping, whole: what Webex demands, what it yields, what is wrong with it."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.content import Content

from screens.widgets.caret import caret
from screens.widgets.hanging import Hanging
from screens.widgets.severity import error_line, finding_line

if TYPE_CHECKING:
    from wizard.mapping.document import Row
    from wizard.mapping.lint.finding import MappingFinding
    from wizard.trial.outcome import Reading


class RowDetail(Hanging):
    """Tells of one row what its table has no room for."""

    def __init__(self) -> None:
        super().__init__("", id="detail")

    def show(
        self, row: "Row | None", reading: "Reading | None", findings: "Iterable[MappingFinding]"
    ) -> None:
        """Show a row, and what concerns it or no row at all.

        Args:
            row: The row; None where there is none.
            reading: What it yields, where that is known.
            findings: What is wrong with the mapping.
        """
        lines = [] if row is None else self._about(row, reading)
        here = None if row is None else row.position
        said = reading.text if reading is not None and reading.kind == "error" else ""
        for finding in findings:
            if finding.position in {None, here} and finding.why != said:
                lines.append(finding_line(finding))
        self.update(Content("\n").join(lines))

    def _about(self, row: "Row", reading: "Reading | None") -> list[Content]:
        match = f" (match {row.matching_priority})" if row.matching_priority else ""
        lines = [Content.assemble((f"{row.target}{match}: ", "bold"), row.demand)]
        source = ("From Entra: ", "$text-muted")
        if reading is None or reading.kind != "error":
            lines.append(Content.assemble(source, row.source))
        elif reading.column is None:
            lines += [Content.assemble(source, row.source), error_line(reading)]
        else:
            shown = caret(row.source, reading.column, max(20, self.size.width - 1))
            lines += [shown, error_line(reading)]
        if reading is not None and reading.kind != "error":
            lines.append(Content.assemble(("Gets: ", "$text-muted"), (reading.words, "bold")))
        return lines
