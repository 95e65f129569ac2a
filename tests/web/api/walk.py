"""Schemathesis over the REST door: random requests made of its own document, good ones and bad ones."""

from __future__ import annotations

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import context, events, from_schema

REFUSED_FOR_ITS_MEANING = ["2xx", "3xx", "401", "403", "404", "409", "412", "422", "428", "429"]
"""A body that is formed well may still be an area in Kansas or a need of nothing."""


OF_THE_WIRE = ("max_redirects", "verify", "cert")
"""What some checks hand to an application in this process, which cannot take it."""

_handed = context.EngineContext.get_transport_kwargs


def _in_process(engine, operation=None):
    given = _handed(engine, operation=operation)
    return {name: value for name, value in given.items() if name not in OF_THE_WIRE}


def walk(api, secret, examples, *, stateful=False, only=""):
    """Return what was found wrong (a list of sentences) and how many requests were made; `only` names paths (regex)."""
    config = SchemathesisConfig.from_dict(
        {
            "headers": {"Authorization": f"Bearer {secret}"} if secret else {},
            "seed": 20111122,
            "checks": {
                "positive_data_acceptance": {"expected-statuses": REFUSED_FOR_ITS_MEANING},
                "missing_required_header": {"expected-statuses": ["401", "403", "404", "428"]},
            },
            "generation": {
                "max-examples": examples,
                "deterministic": True,
                "with-security-parameters": False,
            },
            "phases": {"stateful": {"enabled": stateful}},
        }
    )
    document = api.client("auditor").get("/openapi.json").get_json()
    schema = schemathesis.openapi.from_dict(document, config=config)
    schema.app = api.app
    if only:
        schema = schema.include(path_regex=only)
    wrong, asked = [], 0
    context.EngineContext.get_transport_kwargs = _in_process
    for event in from_schema(schema).execute():
        if isinstance(event, events.FatalError | events.NonFatalError):
            wrong.append(f"{event}")
        if isinstance(event, events.ScenarioFinished):
            asked += len(event.recorder.interactions)
            for case_id, checks in event.recorder.checks.items():
                wrong += [
                    f"{event.recorder.label}: {check.name}: {check.failure_info.failure}: "
                    f"{event.recorder.interactions[case_id].request.body!r:.300}"
                    for check in checks
                    if check.failure_info is not None
                ]
    return wrong, asked
