"""What the pages ask of the registry: answered once, and again after a load."""

from __future__ import annotations

import csv
import shutil
import uuid

import pytest

from dashboard import services as kept
from dashboard.services import Services
from dashboard.state import EMPTY_CLOSURES, EMPTY_TRAVEL
from etl.load import load_reference
from registry.db.engine import session_scope
from registry.directory.showing import show
from registry.people.principal import Appointment, Principal
from registry.settings import settings
from tests.registry.trust.acts import PLANNER

AREA = {
    "shape": {
        "type": "Feature",
        "properties": {},
        "geometry": {
            "type": "Polygon",
            "coordinates": [[[-92.6, 38.8], [-92.1, 38.8], [-92.1, 39.1], [-92.6, 39.1], [-92.6, 38.8]]],
        },
    },
    "origin": "pasted",
    "label": "Boone",
}
WHEN = {"asked_at": "2026-11-22T18:00:00+00:00", "by_at": None, "include_inside": False}
NEEDS = {"items": [{"text": "generator:4"}], "shown": 0}
STORES = {"area": AREA, "closures": EMPTY_CLOSURES, "needs": NEEDS, "when": WHEN, "travel": EMPTY_TRAVEL}


@pytest.fixture
def services(demo_url):
    return Services(settings(), demo_url)


@pytest.fixture
def load(demo_url, tmp_path):
    """Return a function that loads the kinds again, with one more that differs from the first by what is given."""

    def loaded(**differs):
        shutil.copytree(settings().data_dir / "reference", tmp_path / "reference")
        path = tmp_path / "reference" / "kinds.csv"
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows([*rows, {**rows[0], **differs}])
        with session_scope(demo_url) as session:
            load_reference(session, tmp_path)

    return loaded


def test_the_same_question_is_answered_once_until_something_is_loaded(services, load):
    first = services.answer(PLANNER, STORES)
    assert services.answer(PLANNER, {**STORES, "needs": {**NEEDS, "shown": 0}}) is first
    load()
    second = services.answer(PLANNER, STORES)
    assert second is not first
    assert [match.arrival_ms for match in second.needs[0].matches] == [
        match.arrival_ms for match in first.needs[0].matches
    ]


def test_answers_on_large_roads_are_kept_only_until_they_hold_too_many_times_and_the_newest_stays(
    services, monkeypatch
):
    others = [{**STORES, "when": {**WHEN, "asked_at": f"2026-11-22T18:0{at}:00+00:00"}} for at in range(3)]
    nodes = len(services.network.lon)
    for room, still in ((2 * nodes, [False, True, True]), (nodes // 2, [False, False, True])):
        monkeypatch.setattr(kept, "KEPT_NODES", room)
        found = [services.answer(PLANNER, stores) for stores in others]
        assert len(found[0].searches) == 1
        again = [
            services.answer(PLANNER, stores) is answer
            for stores, answer in zip(others[::-1], found[::-1], strict=True)
        ]
        assert again == still[::-1]


def test_a_kind_that_is_loaded_while_serving_is_offered_without_a_restart(services, load):
    assert "airship" not in services.taxonomy.kinds
    same = services.taxonomy
    assert services.taxonomy is same
    load(code="airship", name="Airship")
    assert services.taxonomy.kinds["airship"].name == "Airship"


def test_a_kept_answer_is_not_shown_any_more_once_a_company_closes_its_name(services, demo_url):
    first = services.answer(PLANNER, STORES)
    soonest = first.needs[0].matches[0].listing
    assert soonest.name_closed
    provider_id = first.real[soonest.provider_id]
    own = Appointment(role="company", provider_id=provider_id)
    contact = Principal(account_id=str(uuid.uuid4()), session_id="s", name="C. Contact", appointments=(own,))
    seen = []
    for name in (True, False):
        with session_scope(demo_url, principal=contact) as session:
            show(session, contact, provider_id, name=name, place="no")
        matches = services.answer(PLANNER, STORES).needs[0].matches
        seen.append([match.listing.provider_id for match in matches if not match.listing.name_closed])
    opened, closed = seen
    assert provider_id in opened
    assert provider_id not in closed
