"""How severe a finding is, as a sign, a word and a style."""

from textual.content import Content

from screens.widgets.marks import signs
from wizard.mapping.lint.finding import MappingFinding
from wizard.store.marks import Mark
from wizard.trial.outcome import Reading

STYLES = {
    "error": "bold $text-error",
    "warning": "bold $text-warning",
    "advice": "bold $text-primary",
}


def severity_sign(severity: str) -> str:
    """Return the sign of a severity, which of an error is that of what failed; or nothing."""
    marks, _ = signs()
    return {"error": marks[Mark.FAILED], "warning": "!", "advice": "i"}.get(severity, "")


def finding_line(finding: MappingFinding) -> Content:
    """Return a finding with its reason and its remedy as one paragraph."""
    severity = finding.severity
    return Content.assemble(
        (f"{severity_sign(severity)} {severity}: ", STYLES[severity]),
        finding.why,
        " ",
        (finding.fix, "italic"),
    )


def error_line(reading: Reading) -> Content:
    """Return why a row has no value, and what to do."""
    return Content.assemble(
        (f"{severity_sign('error')} error: ", STYLES["error"]),
        reading.text,
        " ",
        (reading.hint, "italic"),
    )
