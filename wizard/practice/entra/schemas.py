"""The schema of a job: mappings, directories, helpers (reference/graph-entra.md 2.8)."""

import copy
import json
from collections.abc import Callable, Mapping
from typing import Any

from wizard.errors import InvalidInput
from wizard.practice.entra import shapes
from wizard.practice.entra.attributes import matching
from wizard.practice.entra.call import (
    READ_SYNCHRONIZATION,
    WRITE_SYNCHRONIZATION,
    Call,
    Route,
    of_syncfabric,
)
from wizard.practice.entra.clock import stamp
from wizard.practice.entra.collection import collection, one
from wizard.practice.entra.expressions import (
    SIMULATED,
    AttributeValue,
    Source,
    evaluate_source,
    parse_source,
)
from wizard.practice.entra.records import audit
from wizard.practice.entra.scoping import OPERATOR_TYPES
from wizard.practice.entra.shapes import DIRECTORIES, SCHEMA
from wizard.practice.entra.synchronization import Job
from wizard.practice.entra.template import TEMPLATE_ID, default_schema
from wizard.practice.messages import Answer, json_answer

_BASE = "/servicePrincipals/{service_principal}/synchronization/jobs/{job}/schema"


def _schema(call: Call) -> Answer:
    job = call.job()
    answer = one(call, job.schema, SCHEMA)
    if call.services.faults.take("synchronization", "GET", frozenset({"changed-by-another"})):
        _changed_by_another(call, job)
    return answer


def _changed_by_another(call: Call, job: Job) -> None:
    """Do what another administrator may do at any moment: change a mapping in the portal."""
    job.schema = copy.deepcopy(job.schema)
    for rule in job.schema["synchronizationRules"]:
        for mapping in rule["objectMappings"]:
            for attribute in mapping["attributeMappings"]:
                if attribute["targetAttributeName"] == "displayName":
                    expression = 'Append([displayName], " (changed by another)")'
                    attribute["source"] = parse_source(expression)
    _stamp_version(call, job)


def _replace(call: Call) -> Answer:
    job, schema = call.job(), call.body()
    _check(schema)
    job.schema = {name: value for name, value in schema.items() if "@odata.context" not in name}
    _saved(call, job)
    return Answer(204)


def _restore(call: Call) -> Answer:
    job = call.job()
    job.schema = default_schema()
    _saved(call, job)
    return Answer(204)


def _saved(call: Call, job: Job) -> None:
    """A saved schema is a new version, and everybody is looked at again (reference 5)."""
    _stamp_version(call, job)
    now = call.services.clock.now()
    job.forget_watermark(now)
    activity = "Update attribute mappings or scope"
    audit(call.directory, call.caller, activity, call.service_principal(), now)


def _stamp_version(call: Call, job: Job) -> None:
    previous = str(job.schema.get("version") or "").rpartition("Tick:")[2]
    tick = int(previous) + 1 if previous.isdecimal() else 1
    job.schema["version"] = f"Date:{stamp(call.services.clock.now())}, Tick:{tick}"


def _check(schema: Mapping[str, Any]) -> None:
    try:
        mappings = [
            mapping for rule in schema["synchronizationRules"] for mapping in rule["objectMappings"]
        ]
        unmatched = [m for m in mappings if m.get("enabled") and not matching(m)]
        for mapping in mappings:
            for attribute in mapping["attributeMappings"]:
                parse_source(str((attribute.get("source") or {}).get("expression") or '""'))
    except (KeyError, TypeError, AttributeError) as error:
        raise of_syncfabric(400, "InvalidSchema", "The schema cannot be read.") from error
    except InvalidInput as error:
        raise of_syncfabric(400, "InvalidExpression", str(error)) from error
    if not mappings or unmatched:
        raise of_syncfabric(
            400, "InvalidSchema", "Every object mapping needs an attribute to match by."
        )


def _directories(call: Call) -> Answer:
    found = call.job().schema.get("directories") or []
    return collection(call, found, DIRECTORIES)


def _directory(call: Call) -> Answer:
    wanted = call.parameters["directory"]
    found = call.job().schema.get("directories") or []
    directory = next((each for each in found if each.get("id") == wanted), None)
    if directory is None:
        raise of_syncfabric(404, "NotFound", "There is no such directory.")
    return one(call, directory, DIRECTORIES)


def _check_owner(call: Call) -> None:
    """Refuse where there is no such job, or no template of that name."""
    if "job" in call.parameters:
        call.job()
        return
    call.service_principal()
    if call.parameters["template"] != TEMPLATE_ID:
        raise of_syncfabric(404, "TemplateNotFound", "There is no such template here.")


def _operators(call: Call) -> Answer:
    _check_owner(call)
    operators = [
        {
            "id": name,
            "arity": arity,
            "multivaluedComparisonType": "All",
            "supportedAttributeTypes": list(types),
        }
        for name, (arity, types) in OPERATOR_TYPES.items()
    ]
    return collection(call, operators, shapes.OPERATOR_SCHEMAS)


def _functions(call: Call) -> Answer:
    _check_owner(call)
    functions = [
        {
            "id": name,
            "parameters": [
                {
                    "name": parameter.rstrip("?*"),
                    "allowMultipleOccurrences": parameter.endswith("*"),
                    "required": not parameter.endswith(("?", "*")),
                    "type": "String",
                }
                for parameter in function.parameters
            ],
        }
        for name, function in SIMULATED.items()
    ]
    return collection(call, functions, shapes.FUNCTION_SCHEMAS)


def _parse_expression(call: Call) -> Answer:
    _check_owner(call)
    asked = call.body()
    content: dict[str, Any] = {
        "@odata.context": f"{call.context}#microsoft.graph.parseExpressionResponse",
        "parsingSucceeded": False,
        "evaluationSucceeded": False,
        "evaluationResult": [],
        "parsedExpression": None,
        "error": None,
    }
    try:
        tree = parse_source(str(asked.get("expression") or ""))
        content |= {"parsingSucceeded": True, "parsedExpression": tree}
        content |= _evaluated(tree, asked.get("testInputObject"))
    except (InvalidInput, ValueError) as error:
        code = "InvalidExpression" if not content["parsingSucceeded"] else "EvaluationFailed"
        content["error"] = {
            "code": code,
            "message": str(error),
            "target": None,
            "details": [],
            "innerError": None,
        }
    return json_answer(content)


def _evaluated(tree: Source, test_input: Any) -> dict[str, Any]:
    if not isinstance(test_input, dict):
        return {}
    values: dict[str, AttributeValue] = {}
    for pair in test_input.get("properties") or ():
        value = pair.get("value")
        if value is not None:
            values[str(pair.get("key"))] = (
                [str(one) for one in value] if isinstance(value, list) else _text(value)
            )
    result = evaluate_source(tree, values)
    shown = result if isinstance(result, list) else [] if result is None else [result]
    return {"evaluationSucceeded": True, "evaluationResult": shown}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value).capitalize()


def _route(method: str, path: str, handler: Callable[[Call], Answer]) -> Route:
    needs = READ_SYNCHRONIZATION if (method, path) == ("GET", "") else WRITE_SYNCHRONIZATION
    return Route(method, f"{_BASE}{path}", "synchronization", needs, handler)


def _of_template(method: str, path: str, handler: Callable[[Call], Answer]) -> Route:
    base = _BASE.replace("/jobs/{job}", "/templates/{template}")
    return Route(method, f"{base}{path}", "synchronization", WRITE_SYNCHRONIZATION, handler)


ROUTES = (
    _route("GET", "", _schema),
    _route("PUT", "", _replace),
    _route("DELETE", "", _restore),
    _route("GET", "/directories", _directories),
    _route("GET", "/directories/{directory}", _directory),
    _route("GET", "/filterOperators", _operators),
    _route("GET", "/functions", _functions),
    _route("POST", "/parseExpression", _parse_expression),
    _of_template("GET", "/filterOperators", _operators),
    _of_template("GET", "/functions", _functions),
    _of_template("POST", "/parseExpression", _parse_expression),
)
"""The schema of a job."""
