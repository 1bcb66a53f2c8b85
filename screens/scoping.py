"""Screen of step `scoping`: filters in words, and whom they let in."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.binding import BindingType
from textual.content import Content
from textual.getters import query_one
from textual.widget import Widget
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

from screens.base import StepScreen
from screens.keys import key
from screens.widgets.hanging import HungText
from screens.widgets.line_input import LineInput
from screens.widgets.marks import sign
from screens.widgets.passing_list import PassingList
from screens.widgets.remark import Remark
from wizard.errors import WizardError
from wizard.mapping.schema import Filter, FilterClause
from wizard.mapping.scoping.editing import (
    ClausePlace,
    placed,
    renamed_filter,
    without_clause,
    without_filter,
)
from wizard.mapping.scoping.outline import NO_FILTER, OutlineLine, outline
from wizard.steps.mapping_file import NO_EDIT
from wizard.steps.scoping import ScopingStep
from wizard.store.marks import Mark
from wizard.trial.questions import TakeCensus, Wanted
from wizard.walk.walk import Visit

if TYPE_CHECKING:
    from wizard.trial.outcome import Census, Decided
    from wizard.workspace import Workspace

_WANTED: dict[Wanted, str] = {"all": "everybody", "out": "only who is out", "in": "only who is in"}
_MARKS = {"in scope": Mark.SEEN, "out of scope": Mark.FAILED, "ignored": Mark.SKIPPED}

_MORE = {
    "add_filter": "Add another filter: it is enough to fulfil one of several",
    "undo": "Take the newest edit back",
    "view": "List everybody, only who is out, or only who is in",
    "portal": "Tell how filters are set by hand in the portal",
}


class ScopingScreen(StepScreen[ScopingStep]):
    """Edits the filters; every change is kept at once."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("add", "add", "Add clause"),
        key("edit", "edit", "Edit", show=False),
        key("remove", "remove", "Remove", show=False),
        key("filter", "add_filter", "Filter"),
        key("take-back", "undo", "Undo"),
        key("view", "view", "In or out"),
        key("people", "people", "People"),
        key("in-portal", "portal", "Portal", show=False),
        key("up", "line(-1)", "Line up", show=False),
        key("down", "line(1)", "Line down", show=False),
    ]

    filters = query_one("#filters", OptionList)
    audience = query_one("#audience", OptionList)
    counts = query_one("#counts", Static)
    search = query_one("#search", Input)

    def __init__(self, visit: Visit, space: "Workspace") -> None:
        super().__init__(visit, space)
        self.scope: Filter | None = None
        self._lines: tuple[OutlineLine, ...] = ()
        self._shown: tuple[Decided, ...] = ()
        self._wanted: Wanted = "all"

    def compose_summary(self) -> Iterable[Widget]:
        """Yield what a filter does."""
        yield Static(
            "A filter leaves people out by an attribute, on top of the assignment. "
            "You need none if assigning is enough.",
            id="intro",
        )

    def compose_content(self) -> Iterable[Widget]:
        """Yield the filters, and below them who is in and who is out."""
        yield PassingList(id="filters", compact=True, markup=False)
        yield Remark(id="counts")
        yield LineInput(placeholder="Part of a name", id="search")
        yield PassingList(id="audience", compact=True, markup=False)
        yield Remark(id="why")

    def compose_buttons(self) -> Iterable[Widget]:
        """Yield the way on and what can be done with filters and people."""
        yield Button("Next", id="main")
        yield Button("Add", id="add")
        yield Button("Edit", id="edit")
        yield Button("Remove", id="remove")
        yield Button("People", id="people")
        yield Button("More", id="more")
        yield Button("Skip", id="next")

    def on_mount(self) -> None:
        """Show the profile's filters; a damaged mapping is explained."""
        try:
            self.scope = self.step.scope(self.session)
        except WizardError as error:
            self.show_error(error)
        self._fill()

    def _fill(self) -> None:
        """Show the filters anew, and ask them about everybody."""
        self.tell("")
        place = self.filters.highlighted or 0
        self._lines = outline(self.scope)
        self.filters.clear_options()
        if self._lines:
            self.filters.add_options([Option(_line(line)) for line in self._lines])
            self.filters.highlighted = min(place, len(self._lines) - 1)
        else:
            self.filters.add_option(Option(NO_FILTER, None, True))
        self.ask()

    @on(Input.Changed, "#search")
    @work(group="census", exclusive=True, description="Ask the scope")
    async def ask(self) -> None:
        """Ask the scope about everybody."""
        trial = self.step.trial
        try:
            if trial.audience.of_directory:
                await self.step.directory.complete(self.step.document(self.session))
            asked = TakeCensus(self.scope, self._wanted, self.search.value)
            census = await trial.ask(asked, self._report)
        except WizardError as error:
            self.show_error(error)
            self._shown = ()
            self.audience.clear_options()
            self.counts.update("")
            return
        self.show_error(None)
        self._show_census(census)

    def _report(self, done: int) -> None:
        if done < self.step.trial.audience.count:
            self.counts.update(f"{done:,} of {self.step.trial.audience.words} asked…")

    def _show_census(self, census: "Census") -> None:
        self._shown = census.shown
        listed = _WANTED[self._wanted]
        if len(census.shown) < census.matching:
            listed += f", the first {len(census.shown)} of {census.matching:,}"
        self.counts.update(
            Content.assemble(
                (f"{self.step.trial.audience.words}: ", "$text-muted"),
                (census.words, "bold"),
                (f". Shown: {listed}.", "$text-muted"),
            )
        )
        self.audience.clear_options()
        self.audience.add_options(
            [Option(_person(each, explained=bool(self._lines))) for each in census.shown]
        )
        if census.shown:
            self.audience.highlighted = 0
        else:
            self.query_one("#why", Static).update("")

    @on(OptionList.OptionHighlighted, "#audience")
    def explain(self, event: OptionList.OptionHighlighted) -> None:
        """Say in full which clause decided."""
        if event.option_index < len(self._shown):
            each = self._shown[event.option_index]
            self.query_one("#why", Static).update(
                Content.assemble((f"{each.name}, {each.verdict}: ", "bold"), each.why)
            )

    def action_line(self, by: int) -> None:
        """Mark the line of the filters above or below, unless the focus is between two lists."""
        if self.focused is self.search:
            (self.audience if by > 0 else self.filters).focus()
        elif self._lines:
            place = (self.filters.highlighted or 0) + by
            self.filters.highlighted = min(max(place, 0), len(self._lines) - 1)

    def action_view(self) -> None:
        """List everybody, only who is out, or only who is in."""
        names = tuple(_WANTED)
        self._wanted = names[(names.index(self._wanted) + 1) % len(names)]
        self.ask()

    @on(Button.Pressed, "#people")
    def action_people(self) -> None:
        """Choose whom the scope is tried on."""
        from screens.people import PeopleDialog

        def chosen(other: bool | None) -> None:
            if other:
                self.ask()

        try:
            document = self.step.document(self.session)
        except WizardError as error:
            self.show_error(error)
            return
        dialog = PeopleDialog(self.step.trial, self.step.directory, document)
        self.app.push_screen(dialog, chosen)

    def _to_edit(self) -> OutlineLine | None:
        """Return the filter or clause that is marked; of one that may not be edited, say so."""
        at = self.filters.highlighted
        line = self._lines[at] if at is not None and at < len(self._lines) else None
        if line is not None and not line.editable:
            self.tell("Entra sets this one by itself; it is kept as it is.")
            return None
        return line

    @on(Button.Pressed, "#add")
    def action_add(self) -> None:
        """Add a clause to the marked filter, or a filter with it when there is none."""
        line = self._to_edit()
        self._clause(ClausePlace(line.filter if line else None), "Add a clause")

    def action_add_filter(self) -> None:
        """Add a filter: it is enough to fulfil one of several."""
        self._clause(ClausePlace(), "Add a filter with its first clause")

    @on(OptionList.OptionSelected, "#filters")
    @on(Button.Pressed, "#edit")
    def action_edit(self) -> None:
        """Edit the marked clause, or rename the marked filter."""
        line = self._to_edit()
        if line is None or self.scope is None:
            return
        group = (self.scope.groups or [])[line.filter]
        if line.clause is None:
            self._rename(self.scope, line, group.name or "")
        else:
            clause = (group.clauses or [])[line.clause]
            self._clause(ClausePlace(line.filter, line.clause), "Edit a clause", clause)

    def _rename(self, scope: Filter, line: OutlineLine, name: str) -> None:
        from screens.ask_line import AskLine

        async def keep(new: str) -> None:
            self._keep(renamed_filter(scope, line.filter, new))

        self.app.push_screen(AskLine("Name of the filter", name, keep))

    def _clause(self, place: ClausePlace, title: str, clause: FilterClause | None = None) -> None:
        from screens.clause import ClauseDialog

        def keep(typed: FilterClause | None) -> None:
            if typed is not None:
                self._change(lambda: placed(self.scope, place, typed))

        dialog = ClauseDialog(title, self.step.trial, self.scope, place, clause)
        self.app.push_screen(dialog, keep)

    @on(Button.Pressed, "#remove")
    def action_remove(self) -> None:
        """Remove the marked clause, or the marked filter with all its clauses after asking."""
        from screens.confirm import Confirm

        line, scope = self._to_edit(), self.scope
        if line is None or scope is None:
            return
        if line.clause is not None:
            clause = line.clause
            self._change(lambda: without_clause(scope, line.filter, clause))
            return

        def remove(sure: bool | None) -> None:
            if sure:
                self._change(lambda: without_filter(scope, line.filter))

        self.app.push_screen(Confirm(f"Remove {line.text} with all its clauses?", "Remove"), remove)

    def _change(self, change: Callable[[], Filter | None]) -> None:
        try:
            self._keep(change())
        except WizardError as error:
            self.show_error(error)

    def _keep(self, scope: Filter | None) -> None:
        self.step.keep(self.session, scope)
        self.scope = scope
        self._fill()
        self.filters.focus()

    def action_undo(self) -> None:
        """Take the newest edit back, or say that there is none."""
        if not self.step.file.is_edited(self.session):
            self.tell(NO_EDIT)
            return
        try:
            self.scope = self.step.file.undo(self.session).users.scope
        except WizardError as error:
            self.show_error(error)
            return
        self._fill()

    @on(Button.Pressed, "#more")
    def offer_more(self) -> None:
        """Offer what is done rarely."""
        self.offer("Filters and people", _MORE)

    @on(Button.Pressed, "#main")
    @work(group="apply", exclusive=True, description="Confirm the step")
    async def confirm(self) -> None:
        """Remember that the filters are set, or that none is needed, and go on."""
        if not await self.is_meant():
            return
        try:
            await self.step.confirm(self.session)
        except WizardError as error:
            self.show_error(error)
            return
        self.forward()


def _line(line: OutlineLine) -> HungText:
    problem = ("  cannot be used", "bold $text-error") if line.problem else ("", "")
    if line.clause is None:
        word = "or " if line.filter else ""
        told = Content.assemble((word, "$text-muted"), (line.text, "bold"), problem)
        return HungText(told, len(word))
    word = "    and " if line.clause else " " * 8
    return HungText(Content.assemble((word, "$text-muted"), line.text, problem), len(word))


def _person(each: "Decided", *, explained: bool) -> HungText:
    why = (f"  {each.why}", "$text-muted") if explained else ("", "")
    return HungText(Content.assemble(sign(_MARKS[each.verdict]), " ", each.name, why))
