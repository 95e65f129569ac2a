"""`merr demo`: the Joplin tornado answered on a database of its own, saved once, and the port looked at first."""

from __future__ import annotations

import io
import re
import socket
from contextlib import closing
from datetime import UTC, datetime

import pytest
import shapely
from rich.console import Console
from sqlalchemy import select

from cli import demo, serve
from cli.ranked_table import print_answer
from matching.explanation import clock_words, duration_words, share_words
from matching.export import answer_as_json
from matching.questions import canonical
from matching.scenarios import starters
from matching.sight import NAME_CLOSED
from registry.db.engine import session_scope
from registry.errors import RegistryError
from registry.incidents.store import list_incidents, load_incident
from registry.incidents.tables import IncidentRow
from registry.people import fresh, sessions, sign_in
from registry.people.demo import planner
from registry.settings import settings
from web.errors import WebError


@pytest.fixture(scope="module")
def replayed(clone, template, tmp_path_factory):
    """Return two runs of the demo on one database: its URL, both answers, and what each said."""
    with clone(template) as url, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", url)
        patch.setenv("MERR_STATE_DIR", str(tmp_path_factory.mktemp("state")))
        settings.cache_clear()
        runs = []
        for _ in range(2):
            said: list[str] = []
            runs.append((demo.replay(said.append), said))
        yield url, runs
    settings.cache_clear()


def test_the_demo_answers_with_some_in_time_and_some_short(replayed):
    _, ((found, _), _) = replayed
    assert [part.need.text for part in found.needs] == ["generator:40,kw>=100", "light_tower:30"]
    for part in found.needs:
        assert 0 < part.in_time < part.wanted
        assert part.last_unit_at is not None
        assert part.left_out
    assert [county.label for county in found.counties] == ["Jasper county", "Newton county"]
    assert all(match.listing.synthetic for part in found.needs for match in part.matches)
    names = {match.listing.provider_name for part in found.needs for match in part.matches}
    assert NAME_CLOSED in names
    assert all(name.startswith("Demo ") for name in names - {NAME_CLOSED})


def test_a_second_run_gives_the_same_bytes_and_loads_nothing(replayed):
    _, ((first, first_said), (second, second_said)) = replayed
    assert canonical(answer_as_json(first)) == canonical(answer_as_json(second))
    assert any("Loading" in step for step in first_said)
    assert not any("Loading" in step for step in second_said)


def test_the_incident_is_saved_once_with_its_area_and_needs(replayed):
    url, ((found, _), _) = replayed
    with session_scope(url) as session:
        (summary,) = list_incidents(session)
        incident = load_incident(session, summary.id)
        saved_by = session.scalar(select(IncidentRow.saved_by))
        assert saved_by == planner(session).account_id
    assert (incident.name, incident.kind, incident.status) == (demo.NAME, "tornado", "open")
    assert incident.needs == ("generator:40,kw>=100", "light_tower:30")
    assert (incident.asked_at, incident.by_at) == (demo.ASKED_AT, demo.BY_AT)
    assert incident.area.geometry.equals(found.question.area.geometry)


def test_the_replay_says_whose_registry_it_asks(replayed):
    _, ((found, _), _) = replayed
    assert any(warning.startswith("This replays an earlier day") for warning in found.warnings)
    assert "All its companies are synthetic" in demo.introduction()


def test_the_tornado_struck_when_the_record_says_in_standard_time():
    assert datetime(2011, 5, 22, 16 + 6, 34, tzinfo=UTC) == demo.STRUCK_AT
    assert "22 May 2011, 17:34" in demo.introduction()


def test_the_corridor_is_as_wide_as_the_record_says():
    area = demo.joplin_corridor()
    assert area.area_km2 == pytest.approx(51.35, rel=0.01)
    assert shapely.intersects_xy(area.geometry, *starters.JOPLIN_START)
    assert shapely.intersects_xy(area.geometry, *starters.JOPLIN_END)


def test_a_busy_port_is_said_before_any_work(monkeypatch):
    monkeypatch.setattr(demo, "replay", lambda _say: pytest.fail("work had begun"))
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(WebError) as refused:
            demo.demo(serve=True, port=port)
    assert refused.value.title == f"Port {port} cannot be used"
    assert "--port" in refused.value.todo


def test_without_serving_a_busy_port_does_not_matter(monkeypatch, replayed, capsys):
    _, ((found, _), _) = replayed
    monkeypatch.setattr(demo, "replay", lambda _say: found)
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        demo.demo(serve=False, port=taken.getsockname()[1])
    printed = capsys.readouterr().out
    assert "Joplin tornado, 22 May 2011, replayed." in printed
    assert "of 40 can be there by 21:20" in printed
    assert "of 30 can be there by 21:20" in printed
    assert "Deadline 21:20." in printed


def test_serving_follows_the_table(monkeypatch, replayed, capsys):
    _, ((found, _), _) = replayed
    served = []
    monkeypatch.setattr(demo, "replay", lambda _say: found)
    monkeypatch.setattr(serve, "serve", lambda **said: served.append((said, capsys.readouterr().out)))
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    demo.demo(serve=True, port=port)
    ((said, printed),) = served
    assert said == {"port": port}
    assert "Light tower: 30 units by 21:20" in printed


def test_each_run_prints_a_fresh_sign_in_for_each_of_the_demos_people(monkeypatch, replayed, capsys):
    url, ((found, _), _) = replayed
    monkeypatch.setattr(demo, "replay", lambda _say: found)
    printed = []
    for _ in range(2):
        demo.demo(serve=False)
        printed.append(
            re.findall(
                r"name (\S+) +password (\S+)\n +app key (\S+) +code (\d{6}) for (\d+) s",
                capsys.readouterr().out,
            )
        )
    assert [name for name, *_ in printed[1]] == [
        "demo.planner",
        "demo.declarer",
        "demo.second",
        "demo.auditor",
    ]
    assert not {password for _, password, *_ in printed[0]} & {password for _, password, *_ in printed[1]}
    for name, password, *_ in printed[0]:
        with session_scope(url) as session:
            assert isinstance(sign_in.by_password(session, name, password, address=""), sign_in.Refused)
    for name, password, *_ in printed[1]:
        demo.demo(code=name)
        code = capsys.readouterr().out.split()[0]
        with session_scope(url) as session:
            pending = sign_in.by_password(session, name, password, address="")
            done = sign_in.by_code(session, pending.secret, code, address="")
            assert isinstance(done, sign_in.SignedIn)
            assert sessions.principal_of(session, done.secret, "test").name.startswith("Demo ")


def test_a_code_is_printed_for_the_demos_people_and_nobody_else(replayed):
    url, _ = replayed
    with session_scope(url) as session:
        fresh.first_administrator(session, "chief")
    with pytest.raises(RegistryError, match="nobody of that name"):
        demo.demo(code="chief")


@pytest.mark.parametrize("width", [120, 168, 240])
def test_the_table_keeps_ranks_times_and_the_deadline_in_any_terminal(replayed, width):
    _, ((found, _), _) = replayed
    paper = io.StringIO()
    print_answer(found, 25, console=Console(file=paper, width=width))
    lines = paper.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    for match in found.needs[0].matches[:5]:
        row = next(line for line in lines if line.split()[:1] == [str(match.rank)])
        assert duration_words(match.arrival_ms) in row
        assert clock_words(match.arrives_at, demo.ASKED_AT) in row
        assert ("rounded" if match.listing.place_closed else share_words(match)) in row
    assert any("Deadline 21:20." in line for line in lines)
