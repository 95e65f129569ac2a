"""`merr critical` on a real database with the demo registry: what it prints, writes, and refuses."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace

import pytest
import typer
from sqlalchemy import text
from typer.testing import CliRunner

from cli import critical
from cli.token_file import keep
from geo.errors import Refusal
from matching.robustness import desk
from matching.runs import making
from registry.db.engine import session_scope
from registry.people.access import AccessError
from registry.runs.store import load_run, result_of
from registry.settings import settings
from tests.registry.trust.acts import PLANNER

JOPLIN = ["--circle", "37.08,-94.51,10", "--at", "2026-05-22T18:20"]
ASKED = [*JOPLIN, "--need", "generator:40,kw>=100", "--by", "+3h"]


@pytest.fixture(scope="module")
def demo_url(clone, demo_template):
    with clone(demo_template) as url:
        yield url


@pytest.fixture
def run(demo_url, signed_in, monkeypatch, tmp_path):
    """Return `merr critical` on the demo registry, by a new account of a role."""
    monkeypatch.setenv("MERR_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("DATABASE_URL", demo_url)
    settings.cache_clear()

    def made(*arguments, role="designer"):
        keep(signed_in(demo_url, role).secret)
        app = typer.Typer()
        critical.register(app)
        result = CliRunner().invoke(app, [*arguments], standalone_mode=False)
        if result.exception is not None:
            raise result.exception
        return SimpleNamespace(out=result.stdout, said=result.stderr)

    yield made
    settings.cache_clear()


def test_the_links_of_joplin_are_printed_with_what_happens_without_each(run):
    printed = run(*ASKED, "--limit", "4").out
    assert re.search(
        r"generator:40,kw>=100: \d+ can be there by the deadline, 40 are wanted\. [\d,]+ roads and", printed
    )
    assert re.search(r"^  1  (crossing|highway|freeway) .+", printed, re.MULTILINE)
    assert re.search(r"compan(y|ies) drops? out \(.*(cut off|late)\), \d+ units? fewer in time", printed)
    assert re.search(r"[\d,]+ more; --limit N shows them\.", printed)
    assert "Main roads only" in printed


def test_every_link_is_written_as_lines_and_the_file_is_recorded(run, demo_url, tmp_path):
    file = tmp_path / "links.geojson"
    run(*ASKED, "--geojson", str(file))
    found = json.loads(file.read_text())
    assert len(found["features"]) > 5
    for feature in found["features"]:
        said = feature["properties"]
        assert said["dropped"] or said["first_changed"] or said["counties"]
        assert feature["geometry"]["type"] == "MultiLineString"
        assert len(feature["geometry"]["coordinates"]) == len(said["edges"])
    ranks = [feature["properties"]["rank"] for feature in found["features"]]
    assert ranks == list(range(1, len(ranks) + 1))
    assert "Demo " not in file.read_text()  # no company is named
    with session_scope(demo_url) as session:
        action = session.execute(text("SELECT action FROM trust.events ORDER BY seq DESC LIMIT 1")).scalar()
    assert action == "answer.exported"


def test_whoever_may_not_ask_for_a_ranking_is_refused(run):
    with pytest.raises(AccessError):
        run(*ASKED, role="auditor")


def test_a_limit_of_nothing_is_refused(run):
    with pytest.raises(Refusal, match="limit must be above 0"):
        run(*ASKED, "--within", "0")


def test_a_file_in_no_folder_is_refused(run, tmp_path):
    with pytest.raises(Refusal, match="cannot be written"):
        run(*ASKED, "--geojson", str(tmp_path / "none" / "links.geojson"))


def test_links_are_kept_as_a_run_that_replays_to_the_same_bytes_and_as_a_job(run, demo_url, monkeypatch):
    plain = run(*ASKED, "--limit", "1").out
    with monkeypatch.context() as patch:
        patch.delattr(desk, "critical_links")  # what is kept is not tried a second time
        said = run(*ASKED, "--keep", "--limit", "1").out
    assert said.startswith(plain)
    who = PLANNER
    with session_scope(demo_url) as session:
        kept = load_run(session, who, re.search(r"^Run: (\S+)$", said, re.MULTILINE)[1])
        # What the directory becomes afterwards changes nothing.
        session.execute(text("UPDATE registry.assets SET quantity = quantity + 7"))
    with session_scope(demo_url) as session:
        again = making.replay(session, kept)
        result = result_of(session, who, kept.id)
    assert (kept.kind, again.same, again.differences, again.result) == ("critical", True, (), result)
    (need,) = json.loads(result)["needs"]
    assert need["effects"][0]["edges"]
    asked = re.search(r"Job: (\S+)\.", run(*ASKED, "--job").out)[1]
    with session_scope(demo_url) as session:
        kind = session.scalar(text("SELECT kind FROM runs.jobs WHERE id::text = :id"), {"id": asked})
        session.execute(text("UPDATE registry.assets SET quantity = quantity - 7"))
    assert kind == "critical"
    with pytest.raises(AccessError):
        run(*ASKED, "--keep", role="auditor")
