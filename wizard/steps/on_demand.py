"""Step `on-demand`: one person at once, the prediction beside the result."""

from dataclasses import replace

from wizard.errors import InvalidInput, UnusableAnswer
from wizard.flow.marks import moment
from wizard.flow.plan import STEPS, StepInfo
from wizard.flow.session import Finding, Session, State
from wizard.graph.client import GraphClient
from wizard.graph.directory import User
from wizard.graph.job import Job
from wizard.graph.meanings import told
from wizard.graph.on_demand import OnDemandResult, rule_for
from wizard.graph.upstream import next_try
from wizard.mapping.document import MappingDocument
from wizard.mapping.named import named
from wizard.mapping.people import Person, askable, from_graph, graph_properties
from wizard.steps.assignees import Assignees
from wizard.steps.base import (
    Answers,
    Choice,
    GraphStep,
    Guide,
    Outlook,
    Question,
    Table,
    Tools,
)
from wizard.steps.portal import applications_link
from wizard.steps.score_words import with_one
from wizard.steps.target import job_of, principal_of, unless_gone
from wizard.store.history import deed
from wizard.store.journal import Action, Change, JournalEntry
from wizard.trial.prediction import Compared, Prediction, compare, predict
from wizard.words.cycles import tried_again
from wizard.words.meanings import Meaning
from wizard.words.progress import Progress, Report
from wizard.words.text import plain_line

STEP = "on-demand"
_WHO = "who"

_SUGGESTED = 4
"""Assigned people that are suggested."""
_SHOWN = 60
"""Characters of a value in a table."""
_FOR_REAL = (
    "This creates or changes the person in Webex for real; taking the setup back later does not "
    "undo that."
)
_OF_A_GROUP = "Nobody is assigned directly; choose a direct member of the group."
_NOBODY = (
    "Nobody is assigned. Where only who is assigned is in scope, whoever you choose is skipped: "
    f"assign a test user first, in the step {STEPS['assignment'].title}."
)
_ARRIVED = frozenset({"success", "warning"})
_MAY_BE_FRESH = frozenset({"not-assigned", "no-role", "not-entitled", "unexplained"})
_ACTIONS = {"create": "created", "update": "updated", "disable": "disabled", "delete": "deleted"}


class OnDemandStep(GraphStep):
    """Provisions one person, and lays the result beside what the mapping predicts."""

    leaves_traces = False

    def __init__(self, info: StepInfo, tools: Tools) -> None:
        super().__init__(info, tools)
        self._people = Assignees(groups=False)

    def guide(self, session: Session) -> Guide:
        """Return what to do by hand (reference/graph-entra.md 2.9)."""
        return Guide(
            purpose="Entra provisions the test user at once, and shows each attribute it sends. "
            "What is wrong with one person is often wrong with many, so look before you start.",
            link=applications_link(self.tools.endpoints),
            portal=(
                "Open Cisco Webex > Provisioning > Provision on demand.",
                "Pick the test user, choose Provision, and read each step of the result.",
                "Look at that person in Control Hub.",
            ),
            older_portal=(
                "Open Cisco Webex > Provisioning > Provision on demand.",
                "Pick the test user, choose Provision, and read each step of the result.",
                "Look at that person in Control Hub.",
            ),
            cautions=("This creates or changes the person in Webex for real.",),
            notes=("Who was assigned just now may be skipped; wait some minutes and try again.",),
            done="The test user arrived in Webex with the right values",
        )

    async def look(self, session: Session, graph: GraphClient) -> Outlook:
        """Suggest who is assigned, and predict what the first of them becomes."""
        self._people.forget()
        job = await job_of(session, graph)
        assigned = await graph.assignments.list(principal_of(session), most=200)
        people = [each for each in assigned.items if each.principal_type.lower() == "user"]
        # Who has several roles is assigned several times.
        names = {each.principal_id: each.principal_display_name for each in people}
        choices = tuple(Choice(*each) for each in list(names.items())[:_SUGGESTED])
        first = choices[0].id if choices else ""
        question = Question(
            _WHO, "Whom? Choose, or type part of a name:", choices, first, searches=True
        )
        nobody = () if people else (_OF_A_GROUP if assigned.items else _NOBODY,)
        tables = await self._predicted(session, graph, job, first) if first else ()
        plan = (Change("Let Entra provision {subject} at once, and compare.", "this person"),)
        return Outlook(
            _last_time(session), plan, (question,), (_FOR_REAL, *nobody), tables, about=_WHO
        )

    async def find(self, graph: GraphClient, question: str, text: str) -> tuple[Choice, ...]:
        """Return the people that a text finds, and how many there are."""
        return await self._people.find(graph, text)

    async def apply(
        self, session: Session, graph: GraphClient, answers: Answers, report: Report
    ) -> Outlook:
        """Provision the chosen person, and compare with the prediction."""
        user_id = answers.get(_WHO, "")
        if not user_id:
            raise UnusableAnswer(
                "Nobody is chosen.",
                "Choose the person that is assigned, or type part of a name.",
                code="on-demand-nobody",
                question=_WHO,
            )
        principal_id, job = principal_of(session), await job_of(session, graph)
        document = MappingDocument(await graph.schema.read(principal_id, job.id))
        rule = _rule(document)
        user = await graph.users.get(user_id)
        prediction = predict(document, await _person(graph, user_id, document))
        name = _name(user)
        report(Progress(f"Entra provisions {name}; this can take a minute."))
        await session.log(STEP, Action.INTENDED, name, service_principal_id=principal_id)
        result = await graph.on_demand.person(principal_id, job.id, rule, user_id)
        compared = _compared(prediction, result)
        finding = _finding(name, result, prediction, compared)
        scored = await self.tools.log_score.at_once(session, job.id, user_id, result)
        finding = with_one(finding, scored)
        await session.log(
            STEP,
            _action(result),
            name,
            service_principal_id=principal_id,
            user_id=user_id,
            outcome=result.outcome,
            said=finding.text,
            is_good=finding.state is State.DONE,
            predicted=str(scored.verdict) if scored else None,
        )
        return _told(finding, result, compared)

    async def undo(self, session: Session, graph: GraphClient, made: JournalEntry) -> str:
        """Nothing was made in Entra; who is in Webex stays there."""
        return f"{made.subject} stays in Webex; remove the person in Control Hub if need be."

    async def _predicted(
        self, session: Session, graph: GraphClient, job: Job, user_id: str
    ) -> tuple[Table, ...]:
        user = await unless_gone(graph.users.get(user_id))
        if user is None:
            return ()  # an assignment outlives its person for a while
        document = MappingDocument(await graph.schema.read(principal_of(session), job.id))
        prediction = predict(document, await _person(graph, user_id, document))
        return (_prediction(_name(user), prediction),)


def _rule(document: MappingDocument) -> str:
    """Return the id of the rule that maps people.

    Raises:
        InvalidInput: It is switched off (`on-demand-no-rule`).
    """
    rule = rule_for(document.schema)
    if rule is None:
        raise InvalidInput(
            "The mapping in Entra has people switched off, so nobody can be provisioned.",
            "Switch the mapping of users on in the portal.",
            code="on-demand-no-rule",
        )
    return rule


async def _person(graph: GraphClient, user_id: str, document: MappingDocument) -> Person:
    """Return a person with the attributes that a document looks at."""
    properties = graph_properties(askable(named(document)))
    return from_graph(await graph.users.attributes(user_id, properties))


def _last_time(session: Session) -> Finding:
    """Return how the last run in this application ended."""
    principal_id = session.profile.entra.service_principal_id
    tries = session.history.tried(principal_id)
    if not tries:
        return Finding(State.OPEN, "Nobody was tried yet.")
    last = tries[-1]
    state = State.FAILED if deed(last) == Action.FAILED else State.ATTENTION
    state = State.DONE if last.details.get("is_good") else state
    return Finding(state, f"{moment(last.at)}: {plain_line(last.details.get('said', ''))}")


def _action(result: OnDemandResult) -> Action:
    """Return what became of the person, as a word of the journal."""
    if result.outcome == "failure":
        return Action.FAILED
    if result.outcome == "skipped":
        return Action.SKIPPED
    is_off = result.entry.action.lower() in {"disable", "delete", "stageddelete"}
    arrived = result.outcome in _ARRIVED and not is_off
    return Action.PROVISIONED if arrived else Action.TRIED


def _compared(prediction: Prediction, result: OnDemandResult) -> tuple[Compared, ...]:
    sent = {each.display_name: each.new_value for each in result.entry.changes}
    return compare(prediction, sent, creating=result.entry.action.lower() == "create")


def _finding(
    name: str, result: OnDemandResult, prediction: Prediction, compared: tuple[Compared, ...]
) -> Finding:
    meaning = result.meaning
    if result.outcome == "failure":
        found = _unhappy(f"{name} did not arrive in Webex.", meaning, result.words)
        return replace(found, state=State.FAILED)
    if result.outcome == "skipped":
        if result.code.lower().endswith("redundantexport"):
            return Finding(
                State.DONE,
                f"{name} is in Webex already; Entra says that both sides are the same, and sent "
                "nothing.",
            )
        words = "" if meaning else result.words
        return _unhappy(f"{name} was skipped.", meaning, words, _hint_of_skip(meaning))
    if result.outcome not in _ARRIVED:
        unclear = f"Entra does not tell clearly what became of {name}."
        return _unhappy(unclear, meaning, result.words, "Look at the person in Control Hub.")
    return _arrived(name, result, prediction, compared)


def _arrived(
    name: str, result: OnDemandResult, prediction: Prediction, compared: tuple[Compared, ...]
) -> Finding:
    done = _ACTIONS.get(result.entry.action.lower(), "provisioned")
    if prediction.is_left_out and done in {"created", "updated", "provisioned"}:
        return Finding(
            State.ATTENTION,
            f"{name} was {done} in Webex, but by the mapping would be {prediction.verdict}: "
            f"{plain_line(prediction.why, 200)}",
            "Look at the scoping filters.",
        )
    off = [each for each in compared if each.verdict not in {"as predicted", "unchanged"}]
    if not off:
        return Finding(State.DONE, f"{name} was {done} in Webex, as the mapping predicted.")
    names = ", ".join(plain_line(each.target, 40) for each in off[:3])
    return Finding(
        State.ATTENTION,
        f"{name} was {done} in Webex, but not all as the mapping predicted: {names}.",
        "Look at these attributes in Control Hub, and at their mapping.",
    )


def _unhappy(what: str, meaning: Meaning | None, words: str, hint: str = "") -> Finding:
    shown, reason = told(words), meaning.message if meaning else ""
    # What Webex answered decides, so it comes first.
    parts = (what, shown, reason) if shown.startswith("Webex") else (what, reason, shown)
    advice = " ".join(filter(None, (meaning.hint if meaning else "", hint)))
    said = (*parts, tried_again(next_try(words)))
    return Finding(State.ATTENTION, " ".join(filter(None, said)), advice)


def _hint_of_skip(meaning: Meaning | None) -> str:
    """Return what helps besides, where the assignment may be too fresh."""
    if meaning is not None and meaning.code not in _MAY_BE_FRESH:
        return ""
    return "Who was assigned just now may be skipped: wait some minutes and try again."


def _told(finding: Finding, result: OnDemandResult, compared: tuple[Compared, ...]) -> Outlook:
    # What was not sent has no new values to lay beside the prediction.
    tables = [_comparison(compared)] if compared and result.outcome in _ARRIVED else []
    if finding.state is not State.DONE:
        tables.append(_steps(result))
    return Outlook(finding, tables=tuple(tables))


def _comparison(compared: tuple[Compared, ...]) -> Table:
    # What differs is what matters, so it comes first.
    calm = ("as predicted", "unchanged")
    ordered = sorted(
        compared, key=lambda each: calm.index(each.verdict) + 1 if each.verdict in calm else 0
    )
    return Table(
        "Attribute by attribute:",
        ("Webex attribute", "Value", "Verdict"),
        tuple(
            (plain_line(each.target, _SHOWN), plain_line(value, _SHOWN), verdict)
            for each in ordered
            for value, verdict in (_side_by_side(each),)
        ),
    )


def _side_by_side(compared: Compared) -> tuple[str, str]:
    """Return a value, and what the prediction was worth; the other value where they differ."""
    match compared.verdict:
        case "differs":
            return compared.sent or "nothing", f"differs; predicted: {compared.predicted}"
        case "unchanged" | "not sent":
            return compared.predicted, compared.verdict
        case _:
            return compared.sent, compared.verdict


def _prediction(name: str, prediction: Prediction) -> Table:
    scope = f"Prediction for {name}: {prediction.verdict}."
    if prediction.verdict != "in scope":
        scope = f"{scope} {plain_line(prediction.why, 200)}"
    return Table(
        scope,
        ("Webex attribute", "Predicted"),
        tuple(
            (plain_line(row.target, _SHOWN), plain_line(row.reading.words, _SHOWN))
            for row in prediction.rows
        ),
    )


def _steps(result: OnDemandResult) -> Table:
    return Table(
        "What Entra did:",
        ("Step", "Result", "In Microsoft's words"),
        tuple(
            (step.kind or step.name, step.status, plain_line(step.description, 200))
            for step in result.entry.steps
        ),
    )


def _name(user: User) -> str:
    return user.display_name or user.user_principal_name
