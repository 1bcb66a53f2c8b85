"""Synchronization jobs of Graph (reference/graph-entra.md 2.7, 2.9, 2.10)."""

import uuid
from collections.abc import Callable
from typing import Any

from wizard.practice.entra.call import (
    READ_SYNCHRONIZATION,
    WRITE_SYNCHRONIZATION,
    Call,
    Route,
    of_syncfabric,
)
from wizard.practice.entra.clock import stamp
from wizard.practice.entra.collection import collection, one
from wizard.practice.entra.gallery import NON_GALLERY, WEBEX_TEMPLATE
from wizard.practice.entra.job_status import with_status
from wizard.practice.entra.provisioning import Provisioning
from wizard.practice.entra.records import audit, log_entry, on_demand_answer
from wizard.practice.entra.replication import listed
from wizard.practice.entra.shapes import JOBS, SYNCHRONIZATION, TEMPLATE_SCHEMA, TEMPLATES
from wizard.practice.entra.synchronization import Job
from wizard.practice.entra.template import TEMPLATE_ID, default_schema, template
from wizard.practice.faults import TEMPLATE_CHANGES
from wizard.practice.messages import Answer, json_answer

_BASE = "/servicePrincipals/{service_principal}/synchronization"

_FLAGS = frozenset(
    {"None", "ConnectorDataStore", "Escrows", "Watermark", "QuarantineState", "Full",
     "ForceDeletes"}
)  # fmt: skip
_OF_THE_PORTAL = "Escrows, Watermark, QuarantineState"
_MEMBERS_AT_ONCE = 5


def _synchronization(call: Call) -> Answer:
    return one(call, {"id": call.service_principal().id}, SYNCHRONIZATION)


def _templates_of(call: Call) -> list[dict[str, Any]]:
    principal = call.service_principal()
    if call.services.faults.take("synchronization", "GET", frozenset({"empty-templates"})):
        return []
    if principal.resource["applicationTemplateId"] not in {WEBEX_TEMPLATE, NON_GALLERY}:
        return []
    changes = (
        change
        for change in sorted(TEMPLATE_CHANGES)
        if call.services.faults.take("synchronization", "GET", frozenset({change}))
    )
    return [template(principal.resource["appId"], changes)]


def _list_templates(call: Call) -> Answer:
    return collection(call, _templates_of(call), TEMPLATES)


def _template_of(call: Call) -> dict[str, Any]:
    wanted = call.parameters["template"]
    found = next((one for one in _templates_of(call) if one["id"] == wanted), None)
    if found is None:
        raise of_syncfabric(404, "TemplateNotFound", f"No template is named {wanted[:40]}.")
    return found


def _template(call: Call) -> Answer:
    return one(call, _template_of(call), TEMPLATES)


def _template_schema(call: Call) -> Answer:
    return one(call, _template_of(call)["schema"], TEMPLATE_SCHEMA)


def _list(call: Call) -> Answer:
    principal = call.service_principal()
    jobs = listed(call, "synchronization", principal.jobs.values())
    return collection(call, [with_status(job, principal) for job in jobs], JOBS)


def _job(call: Call) -> Answer:
    return one(call, with_status(call.job(), call.service_principal()), JOBS)


def _create(call: Call) -> Answer:
    principal = call.service_principal()
    wanted = call.body().get("templateId")
    if wanted not in {one["id"] for one in _templates_of(call)}:
        raise of_syncfabric(400, "InvalidTemplate", "There is no such template here.")
    tenant = call.directory.tenant_id.replace("-", "")
    created = stamp(call.services.clock.now())
    job = Job(f"{TEMPLATE_ID}.{tenant}.{uuid.uuid4()}", TEMPLATE_ID, default_schema(), created)
    principal.jobs[job.id] = job
    return one(call, with_status(job, principal), JOBS, 201)


def _delete(call: Call) -> Answer:
    del call.service_principal().jobs[call.job().id]
    return Answer(204)


def _start(call: Call) -> Answer:
    job, now = call.job(), call.services.clock.now()
    # What a paused job has missed is not made up for at the time it was due.
    if job.quarantine is not None or job.next_cycle is None or job.next_cycle < now:
        job.quarantine = None
        job.begin_at(now)
    job.started = True
    _write(call, "Enable/start provisioning configuration")
    return Answer(204)


def _pause(call: Call) -> Answer:
    call.job().started = False
    _write(call, "Disable/pause provisioning configuration")
    return Answer(204)


def _restart(call: Call) -> Answer:
    job, now = call.job(), call.services.clock.now()
    scope = (call.body().get("criteria") or {}).get("resetScope")
    # Without one it is what the portal's button sends (reference/graph-entra.md 11).
    flags = {flag.strip() for flag in str(scope or _OF_THE_PORTAL).split(",")}
    if flags - _FLAGS:
        raise of_syncfabric(400, "InvalidRequest", "The scope of the restart is not known.")
    if "Full" in flags:
        flags |= {"ConnectorDataStore", "Escrows", "Watermark", "QuarantineState"}
    if "ConnectorDataStore" in flags:
        job.links.clear()
    if "Watermark" in flags:
        job.forget_watermark(now)
    if "ForceDeletes" in flags:
        job.deletes_allowed = True
    held_back = job.quarantine is not None and job.quarantine.reason == "TooManyDeletes"
    if "QuarantineState" in flags or ("ForceDeletes" in flags and held_back):
        job.quarantine = None
    # A restart starts a job that was off, as the portal's button does.
    job.started = True
    job.begin_at(now)
    _write(call, "Enable/restart provisioning configuration")
    return Answer(204)


def _write(call: Call, activity: str) -> None:
    now = call.services.clock.now()
    audit(call.directory, call.caller, activity, call.service_principal(), now)


def _provision_on_demand(call: Call) -> Answer:
    job, principal, services = call.job(), call.service_principal(), call.services
    subjects = _subjects(call, job)
    began = services.clock.now()
    provisioning = Provisioning(call.directory, principal, job, services.webex, services.clock)
    cycle_id = str(uuid.uuid4())
    outcomes = [provisioning.carry_out(identifier, kind) for identifier, kind in subjects]
    ended = services.clock.now()
    for outcome in outcomes:
        call.directory.log.append(log_entry(outcome, principal, job, cycle_id, ended))
    # Members are provisioned before their group; the answer is about what was asked for.
    content = on_demand_answer(outcomes[-1], began, ended)
    context = f"{call.context}#microsoft.graph.stringKeyStringValuePair"
    answer = json_answer({"@odata.context": context} | content)
    answer.delay = sum(outcome.delay for outcome in outcomes)
    return answer


def _subjects(call: Call, job: Job) -> list[tuple[str, str]]:
    """Return the objects to provision: the members that were named, then the object itself."""
    try:
        (parameter,) = call.body()["parameters"]
        (subject,) = parameter["subjects"]
        rule, identifier = parameter["ruleId"], str(subject["objectId"]).casefold()
        kind, links = subject["objectTypeName"], subject.get("links") or {}
        members = [str(member["objectId"]).casefold() for member in links.get("members") or ()]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise of_syncfabric(
            400, "InvalidRequest", "One rule and one subject are needed."
        ) from error
    if rule not in {one.get("id") for one in job.schema.get("synchronizationRules") or ()}:
        raise of_syncfabric(400, "InvalidRule", "There is no such rule in the schema.")
    if kind not in {"User", "Group"} or len(members) > _MEMBERS_AT_ONCE:
        raise of_syncfabric(400, "InvalidRequest", "One user, or a group with five members.")
    return [*((member, "User") for member in members), (identifier, kind)]


def _not_here(call: Call) -> Answer:
    """Answer PATCH, which the service behind Graph does not know (reference 2.7)."""
    uri = f"https://syncfabric.windowsazure.com{call.request.path}"
    text = f"No HTTP resource was found that matches the request URI '{uri}'."
    raise of_syncfabric(404, "NotFound", text)


def _route(method: str, path: str, handler: Callable[[Call], Answer]) -> Route:
    needs = READ_SYNCHRONIZATION if method == "GET" else WRITE_SYNCHRONIZATION
    return Route(method, f"{_BASE}{path}", "synchronization", needs, handler)


ROUTES = (
    _route("GET", "", _synchronization),
    _route("GET", "/templates", _list_templates),
    _route("GET", "/templates/{template}", _template),
    _route("GET", "/templates/{template}/schema", _template_schema),
    _route("GET", "/jobs", _list),
    _route("POST", "/jobs", _create),
    _route("GET", "/jobs/{job}", _job),
    _route("DELETE", "/jobs/{job}", _delete),
    _route("POST", "/jobs/{job}/start", _start),
    _route("POST", "/jobs/{job}/pause", _pause),
    _route("POST", "/jobs/{job}/restart", _restart),
    _route("POST", "/jobs/{job}/provisionOnDemand", _provision_on_demand),
    _route("PATCH", "/jobs/{job}", _not_here),
    _route("PATCH", "/jobs/{job}/schema", _not_here),
    _route("PATCH", "/secrets", _not_here),
)
"""Templates and jobs of an application."""
