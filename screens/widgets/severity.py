"""How severe a finding is, as a sign, a word and a style."""

from textual.content import Content

from wizard.mapping.lint.finding import MappingFinding
from wizard.trial.outcome import Reading

SIGNS = {"error": "✗", "warning": "!", "advice": "i"}
STYLES = {
    "error": "bold $text-error",
    "warning": "bold $text-warning",
    "advice": "bold $text-primary",
}


def finding_line(finding: MappingFinding) -> Content:
    """Return a finding with its reason and its remedy as one paragraph."""
    severity = finding.severity
    return Content.assemble(
        (f"{SIGNS[severity]} {severity}: ", STYLES[severity]),
        finding.why,
        " ",
        (finding.fix, "italic"),
    )


def error_line(reading: Reading) -> Content:
    """Return why a row has no value, and what to do."""
    return Content.assemble(
        (f"{SIGNS['error']} error: ", STYLES["error"]), reading.text, " ", (reading.hint, "italic")
    )
