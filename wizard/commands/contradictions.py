"""Options that contradict each other, or one of which needs another."""

TYPE_CHECKING = False  # as in `arguments`
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from typing import Any

_PROOFS = ("certificate", "assertion")


def refuse_contradictions(command: str, parser: "ArgumentParser", found: "dict[str, Any]") -> None:
    """Exit with 2 where options contradict each other."""
    if "faults" in found and "practice" not in found and command != "practice":
        parser.error("--fault goes with --practice")
    if "endpoints" in found and "practice" in found:
        parser.error("--endpoints does not go with --practice, which has endpoints of its own")
    if "keep_profile" in found and not {"drop_journal", "without_keyring"}.isdisjoint(found):
        parser.error("--keep-profile goes with neither --drop-journal nor --without-keyring")
    if {"facts", "verify"} <= found.keys():
        parser.error("--facts goes without --verify")
    if {"json", "csv"} <= found.keys():
        parser.error("--json goes without --csv")
    if {"json", "format"} <= found.keys():
        parser.error("--json goes without --format")
    if "output" in found and (
        found.get("format") != "prometheus" or found["output"].suffix != ".prom"
    ):
        parser.error("--output goes with --format prometheus, and takes a name that ends in .prom")
    if "values" in found and "save" not in found:
        parser.error("--values goes with --save")
    _refuse_half_an_application(parser, found)
    if {"all", "profile"} <= found.keys():
        parser.error("--all goes without --profile")
    if "token_stdin" in found and "organization" not in found:
        parser.error("--token-stdin needs --organization")


def _refuse_half_an_application(parser: "ArgumentParser", found: "dict[str, Any]") -> None:
    """Exit with 2 where what names an application and what proves it do not go together."""
    given = {"tenant", "application", *_PROOFS} & found.keys()
    if given and given not in ({"tenant", "application", proof} for proof in _PROOFS):
        parser.error("--tenant and --application go together, with --certificate or --assertion")
    if given and not {"entra", "webex", "assigned", "groups"}.isdisjoint(found):
        parser.error("--application goes without files of --entra and --webex")
