"""The Entra half of the practice tenants, put together."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from wizard.errors import InvalidInput
from wizard.practice.entra.accounts import TENANT_ID, entra_account
from wizard.practice.entra.authority import Authority
from wizard.practice.entra.call import GRAPH_PATH, Services
from wizard.practice.entra.clock import stamp
from wizard.practice.entra.cycles import bring_up_to_date
from wizard.practice.entra.directory import Directory, ServicePrincipal, World
from wizard.practice.entra.gallery import WEBEX_TEMPLATE, add_application
from wizard.practice.entra.graph import Graph
from wizard.practice.entra.job_status import with_status
from wizard.practice.entra.kept import Shelf
from wizard.practice.entra.seed import group_with, user_with
from wizard.practice.entra.synchronization import Job
from wizard.practice.entra.template import TEMPLATE_ID, default_schema
from wizard.practice.entra.tokens import caller_of, claims_of
from wizard.practice.entra.webex import Webex
from wizard.practice.faults import Faults
from wizard.practice.fronts import GRAPH
from wizard.practice.messages import Answer, Request, json_answer
from wizard.words.text import plain_line


class PracticeEntra:
    """Authority and Graph, and the strings by which a test pulls them.

    Args:
        base_url: Where Graph and the pages are, without a slash at the end.
        secure_url: Where the authority is, over https.
        faults: What goes wrong.
        send: What answers requests to the Webex half.
        shelf: What keeps the directory from one practice to the next.
    """

    def __init__(
        self,
        base_url: str,
        secure_url: str,
        faults: Faults,
        send: Callable[[Request], Answer],
        shelf: Shelf,
    ) -> None:
        self._world = World()
        self._shelf = shelf
        shelf.fetch(self._world)
        self._services = Services(
            f"{base_url}{GRAPH_PATH}", self._world, faults, Webex(base_url, send)
        )
        self._authority = Authority(base_url, secure_url, self._world, faults)
        self._graph = Graph(self._services, secure_url)

    def place(self, request: Request) -> str:
        """Return where the faults of a request are."""
        of_graph = request.path.startswith(f"{GRAPH}/")
        return self._graph.place(request) if of_graph else self._authority.place(request)

    def answer(self, request: Request) -> Answer:
        """Answer a request to Graph or to the authority."""
        if request.path.startswith(f"{GRAPH}/"):
            before = self._progress()
            answer = self._graph.answer(request)
            # A cycle takes place when somebody looks at it, and then has taken place for everybody.
            if request.method != "GET" or self._progress() != before:
                self.keep()
            return answer
        return self._authority.answer(request)

    def account_of(self, request: Request) -> str:
        """Return the e-mail address in a token, or nothing; also of a token no longer accepted."""
        claims = claims_of(request.bearer)
        caller = caller_of(claims) if claims else None
        return caller.account.email if caller else ""

    def control(self, request: Request) -> Answer:
        """Answer what a test asks for: what there is, a change from outside, a new beginning."""
        with self._world.lock:
            if request.method == "DELETE":
                self._world.reset()
            elif request.method == "POST":
                try:
                    self._obey(json.loads(request.body))
                except (InvalidInput, ValueError, TypeError, AttributeError) as error:
                    text = f"There is no such instruction: {plain_line(error)}"
                    return Answer(400, text.encode(), {"Content-Type": "text/plain;charset=UTF-8"})
            directory = self._world.directories[TENANT_ID]
            bring_up_to_date(self._services, directory)
            if request.method != "GET":
                self.keep()
            return json_answer(self._snapshot(directory))

    def _progress(self) -> list[Any]:
        """Return what differs once time has done something to a job."""
        with self._world.lock:
            directory = self._world.directories[TENANT_ID]
            principals = directory.service_principals.values()
            jobs = [job for each in principals for job in each.jobs.values()]
            return [
                len(directory.log),
                *((job.started, job.cycle is None, job.last, job.next_cycle) for job in jobs),
                *((each.attempts, each.next_attempt) for job in jobs if (each := job.quarantine)),
            ]

    def keep(self) -> None:
        """Keep both halves for a later practice."""
        with self._world.lock:
            self._shelf.keep(self._world)

    def _obey(self, instructions: dict[str, Any]) -> None:
        known: dict[str, Callable[[Any], None]] = {
            "advance": lambda seconds: self._world.clock.advance(float(seconds)),
            "activate": self._activate,
            "add_application": self._add_application,
            "change_user": self._change_user,
            "delete_user": self._delete_user,
            "people": self._add_people,
            "groups": self._change_groups,
            "register": self._world.reader.register,
            "grant": self._grant,
            "log": self._log,
        }
        for name, value in instructions.items():
            if name not in known:
                raise InvalidInput(f"{plain_line(name, 40)} is not known.")
            known[name](value)

    def _activate(self, email: str) -> None:
        account = entra_account(email)
        if account is None or not account.eligible:
            raise InvalidInput("No account with that address has a role to activate.")
        self._world.active.add(account.email)

    def _add_application(self, name: str) -> None:
        """Add an application with a job, as another administrator might have before."""
        directory = self._world.directories[TENANT_ID]
        created = stamp(self._world.clock.now())
        _, principal = add_application(directory, WEBEX_TEMPLATE, str(name), created)
        tenant = directory.tenant_id.replace("-", "")
        identifier = f"{TEMPLATE_ID}.{tenant}.{principal.id}"
        principal.jobs[identifier] = Job(identifier, TEMPLATE_ID, default_schema(), created)

    def _change_user(self, change: dict[str, Any]) -> None:
        user = self._world.directories[TENANT_ID].user(str(change.get("user")))
        if user is None:
            raise InvalidInput("There is no such user.")
        user.update({name: value for name, value in change.items() if name != "user"})

    def _delete_user(self, name: str) -> None:
        """Put a user where deleted ones are kept for thirty days (reference 6.4)."""
        directory = self._world.directories[TENANT_ID]
        user = directory.user(str(name))
        if user is None:
            raise InvalidInput("There is no such user.")
        gone = directory.users.pop(user["id"])
        # The recycle bin keeps the name free for others: the object id stands before it.
        name = f"{gone['id'].replace('-', '')}{gone['userPrincipalName']}"
        now = stamp(self._world.clock.now())
        directory.deleted[gone["id"]] = gone | {"userPrincipalName": name, "deletedDateTime": now}
        for members in directory.members.values():
            if user["id"] in members:
                members.remove(user["id"])

    def _grant(self, permissions: list[str]) -> None:
        """Let the program that only reads have these application permissions, and no others."""
        self._world.reader_granted = frozenset(map(str, permissions))

    def _add_people(self, people: list[dict[str, Any]]) -> None:
        """Add users with these properties of Graph; what they do not name is empty."""
        directory = self._world.directories[TENANT_ID]
        directory.users.update((user["id"], user) for user in map(user_with, people))

    def _change_groups(self, groups: list[dict[str, Any]]) -> None:
        """Add groups, or change those that are there: properties of Graph, and `members`."""
        directory = self._world.directories[TENANT_ID]
        for each in groups:
            given = {name: value for name, value in each.items() if name != "members"}
            known = directory.groups.get(str(given.get("id")))
            group = group_with(given) if known is None else known | given
            directory.groups[group["id"]] = group
            members = each.get("members", directory.members.get(group["id"], []))
            directory.members[group["id"]] = [str(member) for member in members]

    def _log(self, entries: list[dict[str, Any]]) -> None:
        """Add entries to the provisioning log: properties of Graph, as the service may write."""
        self._world.directories[TENANT_ID].log += entries

    def _snapshot(self, directory: Directory) -> dict[str, Any]:
        return {
            "now": stamp(self._world.clock.now()),
            "applications": [
                {name: one[name] for name in ("id", "appId", "displayName", "tags")}
                for one in directory.applications.values()
            ],
            "servicePrincipals": [_principal(one) for one in directory.service_principals.values()],
            "logged": len(directory.log),
        }


def _principal(principal: ServicePrincipal) -> dict[str, Any]:
    resource = principal.resource
    return {
        "id": principal.id,
        "appId": resource["appId"],
        "displayName": resource["displayName"],
        "tags": resource["tags"],
        "assignments": [
            {name: one[name] for name in ("id", "principalId", "principalType", "appRoleId")}
            for one in principal.assignments.values()
        ],
        "secrets": {key: _digest(value) for key, value in principal.secrets.items()},
        "jobs": [_job(job, principal) for job in principal.jobs.values()],
    }


def _job(job: Job, principal: ServicePrincipal) -> dict[str, Any]:
    schema = {name: value for name, value in job.schema.items() if name != "version"}
    described = with_status(job, principal)
    return {
        "id": job.id,
        "templateId": job.template_id,
        "state": described["schedule"]["state"],
        "status": described["status"]["code"],
        "schema": _digest(json.dumps(schema, sort_keys=True)),
        "linked": len(job.links),
    }


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
