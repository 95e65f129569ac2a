"""Exercises on their pages: who is shown what, and a whole exercise by callbacks that leaves live tables as they were."""

from __future__ import annotations

import base64
import re
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from cli.application import assemble
from dashboard.pages.scenario.beside import sentence
from matching.coverage import pace
from matching.runs.working import perform
from registry.db.engine import session_scope
from registry.settings import settings
from tests.dashboard.reading import answered, call, found, links, opened, words
from tests.registry.exercises.checksums import changed, checksums

EXPECTED = "Ask the next three companies"
SEEN_TO_THE_MINUTE = {"people.sessions"}
"""When a session was last used, which every request of everybody notes."""


@pytest.fixture(scope="module")
def app_and_url(clone, demo_template):
    with clone(demo_template) as url:
        yield assemble(settings(), url), url


@pytest.fixture(scope="module")
def people(app_and_url, signed_in):
    """Return a client of each of four people, and the sign-in name of each."""
    app, url = app_and_url
    roles = {"designer": "designer", "controller": "planner", "player": "planner", "evaluator": "auditor"}
    made = {part: signed_in(url, role) for part, role in roles.items()}
    made["stranger"] = signed_in(url, "planner")
    with session_scope(url) as session:
        names = dict(
            session.execute(text("SELECT id::text, name FROM people.accounts")).all()  # type: ignore[arg-type]
        )
    return {part: (each.client(app), names[each.account_id]) for part, each in made.items()}


def form(client, name, prop, pressed, values, path):
    """Return where a form goes on to, after what was given to it was taken."""
    answer = call(client, f"{name}-go.href", {"url.pathname": path, **values}, pressed)
    refused = answered(answer, f"{name}-refused", "children")
    assert not refused, words(refused)
    return answered(answer, f"{name}-go", prop)


def inject(client, path, number="", version="", **said):
    values = {f"inject-{name}": value for name, value in said.items()}
    pressed = {"type": "inject-do", "number": number, "version": version}
    return form(client, "inject", "href", pressed, values, f"{path}/msel")


def live(client, path, what=None, to=""):
    """Return what the live part of a page shows after a button or a beat; and what was refused."""
    pressed = {"type": "live-do", "what": what} if what else None
    field = [({"type": "live-field", "name": "to"}, to)]
    answer = call(client, "exercise-live.children", {"url.pathname": path, "live-field": field}, pressed)
    return words(answered(answer, "exercise-live", "children")), words(
        answered(answer, "live-refused", "children")
    )


def built(people):
    """Return the address of an exercise with two injects and everybody named, made on its pages."""
    designer, _ = people["designer"]
    to = form(designer, "exercise", "href", "exercise-do", {"exercise-name": "River flood"}, "/exercises")
    path = re.match(r"/exercises/[0-9a-f-]{36}", to)[0]
    given = {"time": "0:00", "title": "Incident opens", "by": "clock"}
    assert "said=saved" in inject(designer, path, **given)
    inject(designer, path, **{**given, "time": "2:00", "title": "Provider lost", "expected": EXPECTED})
    for part in ("controller", "player", "evaluator"):
        given = {"person-account": people[part][1], "person-part": part}
        form(designer, "person", "href", "person-do", given, f"{path}/people")
    objective = {
        "objective-number": "1",
        "objective-words": "Find who can still come",
        "objective-measures": "Within 30 min\n",
    }
    form(designer, "objective", "href", "objective-do", objective, f"{path}/people")
    contact = {"contact-number": "1", "contact-name": "R. Invented", "contact-phone": "573-555-0142"}
    form(designer, "contact", "href", "contact-do", contact, f"{path}/people")
    return path


def test_a_whole_exercise_on_its_pages_leaves_every_live_table_as_it_was(app_and_url, people):
    before = checksums(app_and_url[1])
    path = built(people)
    controller, player, evaluator = (people[part][0] for part in ("controller", "player", "evaluator"))
    assert "Incident opens next" in live(controller, path)[0]
    assert "Incident opens released" in live(controller, path, "run")[0].replace("  ", " ")
    assert "The clock runs already" in live(controller, path, "run")[1]
    assert "no exercise time" in live(controller, path, "move", "soon")[1]
    live(controller, path, "pause")
    shown, _ = live(controller, path, "release")
    assert shown.count("released") == 2 + 2  # and the words beside the clock and of its end
    told, _ = live(player, path)
    assert "Provider lost" in told
    assert EXPECTED not in told
    answer = call(player, "log-words.value", {"log-words": "Called", "url.pathname": path}, "log-do")
    assert answered(answer, "log-words", "value") == ""
    noted = {
        "observe-words": "After 22 min",
        "observe-of": "1.1",
        "observe-rating": "S",
        "url.pathname": path,
    }
    assert (
        answered(call(evaluator, "observe-words.value", noted, "observe-do"), "observe-words", "value") == ""
    )
    file = answered(
        call(
            evaluator,
            "report-file.data",
            {"url.pathname": path},
            {"type": "report-do", "ending": "json"},
        ),
        "report-file",
        "data",
    )
    assert file["filename"] == "EXERCISE-river-flood-report.json"
    assert b"After 22 min" in base64.b64decode(file["content"])
    designer, _ = people["designer"]
    assert "B changes no county" in words(opened(designer, f"{path}/compare"))
    shown, _ = live(controller, path, "end")
    assert "exercise clock, ended" in shown
    assert "Run the clock" not in shown
    assert "The exercise has ended" in live(controller, path, "run")[1]
    assert "ended" in words(opened(player, "/exercises"))
    assert changed(before, checksums(app_and_url[1])) <= SEEN_TO_THE_MINUTE


LOST = '{"lost": [{"sector": "energy", "county": "29051"}, {"sector": "energy", "county": "29151"}]}'
SLOW = '{"weather": [{"factor": 3}]}'


def test_a_scenario_is_compared_with_its_baseline_in_a_sentence_two_maps_and_a_table(people):
    path, (designer, _) = built(people), people["designer"]
    for time, patch in (("3:00", LOST), ("3:30", SLOW)):
        inject(designer, path, time=time, title=f"At {time}", by="clock", patch=patch)
    page = opened(designer, f"{path}/compare", "?sector=energy&counted=2&limit=60")
    said = words(page)
    assert re.search(r"B puts \d+ more counties over 1 h \([\d,]+ people more\) and slows \d+\.", said)
    assert "No county is faster." in said
    assert "now over" in said
    (a, b) = [int(count) for count in re.findall(r"[AB]  ?(\d+) counties over 1 h", said)]
    more = int(re.search(r"B puts (\d+) more", said)[1])
    assert b - a == more
    values = {"time": "3:45", "title": "Not one", "by": "clock", "patch": '{"nonsense": 1}'}
    given = {"url.pathname": f"{path}/msel"} | {f"inject-{name}": value for name, value in values.items()}
    answer = call(designer, "inject-go.href", given, {"type": "inject-do", "number": "", "version": ""})
    assert "an inject with 'nonsense'" in words(answered(answer, "inject-refused", "children"))
    assert "Not one" not in words(opened(designer, f"{path}/msel"))
    assert "This cannot be shown" in words(opened(people["player"][0], f"{path}/compare"))
    go = form(designer, "compare", "href", "compare-do", {"compare-limit": "120"}, f"{path}/compare")
    assert "limit=120" in go


def told(client, path, search):
    """Return the words of an exercise's comparison, without how it was computed."""
    said, how, _ = words(opened(client, f"{path}/compare", search)).partition("How was this computed?")
    assert how
    return said


def test_on_large_roads_a_job_compares_for_all_who_see_it_whole_and_only_designers_read_its_run(
    people, app_and_url, monkeypatch
):
    path, (designer, _) = built(people), people["designer"]
    inject(designer, path, time="3:00", title="Ice", by="clock", patch=SLOW)
    search = "?sector=energy&counted=2&limit=60"
    at_once = told(designer, path, search)
    controller = people["controller"][0]
    before = told(controller, path, search)
    assert "B puts" in before
    monkeypatch.setattr(pace, "NODES_AT_ONCE", 0)
    asked = words(opened(designer, f"{path}/compare", search))
    assert "a job works out the coverage of both" in asked
    assert "B puts" not in asked
    left = opened(controller, f"{path}/compare", search)
    assert "B puts" not in words(left)
    assert "exercise designer" in words(left).casefold()
    assert found(left, "compare-begin") is None
    given = {"url.pathname": f"{path}/compare", "url.search": search}

    def begun():
        return answered(call(designer, "compare-job.data", given, "compare-begin"), "compare-job", "data")

    job = begun()
    assert job == begun()
    page = opened(designer, f"{path}/compare", search)
    assert (found(page, "compare-job")["data"], found(page, "compare-begin") is None) == (job, False)
    perform(app_and_url[1], job, lambda: False)
    run = answered(call(designer, "compare-run.data", {"compare-job": job}), "compare-run", "data")
    assert run
    assert told(designer, path, search) == at_once
    assert f"merr run replay {run}" in words(opened(designer, f"{path}/compare", search))
    # Who sees all of it but makes no exercise is told the figures; of the run only designers know.
    assert told(controller, path, search) == before
    assert run not in words(opened(controller, f"{path}/compare", search))
    assert "This cannot be shown" in words(opened(people["player"][0], f"{path}/compare", search))
    monkeypatch.undo()
    kept = {"coverage-asked": {"search": f"/coverage?kept={run}"}}
    refused = call(controller, "coverage-body.children", kept)
    assert "There is no such run" in words(answered(refused, "coverage-body", "children"))


@pytest.mark.parametrize(
    ("people", "said"),
    [(1500, "1,500 people more"), (1, "1 person more"), (0, "as many people"), (-500, "500 people fewer")],
)
def test_the_sentence_says_fewer_people_where_fewer_wait(people, said):
    slower = SimpleNamespace(ms=60_000, fips="29097", b=SimpleNamespace(ms=120_000))
    versus = SimpleNamespace(
        rows=[SimpleNamespace(a=SimpleNamespace(number=1), b=SimpleNamespace(number=1))],
        changed=[slower],
        newly_over=[slower],
        people=people,
        choice=SimpleNamespace(limit_ms=3_600_000),
        a=SimpleNamespace(label=lambda _: "Jasper"),
    )
    assert sentence(versus).startswith(f"B puts 1 more county over 1 h ({said}) and slows 1.")


def test_each_page_stands_between_two_bands_and_shows_each_seat_its_own(people):
    path = built(people)
    for part, (client, _) in people.items():
        for below in ("", "/player", "/msel", "/people"):
            page = opened(client, f"{path}{below}")
            said = words(page)
            if below == "/msel" and part != "designer":
                assert "Your role does not allow this" in said
                continue
            assert said.startswith("EXERCISE Nothing here touches a live record")
            assert said.endswith("EXERCISE")
            if part == "stranger":
                assert "There is no such exercise" in said
                assert "River flood" not in said
            elif part == "player":
                assert "Incident opens" not in said
    whole = words(opened(people["evaluator"][0], path))
    assert "Find who can still come" in whole
    assert "Run the clock" not in whole
    assert "Run the clock" in words(opened(people["controller"][0], path))
    assert EXPECTED in words(opened(people["designer"][0], f"{path}/msel"))
    assert path in links(opened(people["player"][0], "/exercises"))
    assert "No exercise names you" in words(opened(people["stranger"][0], "/exercises"))


def test_an_inject_is_changed_from_its_own_version_and_taken_out(people):
    path, (designer, _) = built(people), people["designer"]
    page = opened(designer, f"{path}/msel", "?inject=2")
    assert found(page, "inject-title")["value"] == "Provider lost"
    assert found(page, "inject-do")["id"] == {"type": "inject-do", "number": "2", "version": "1"}
    given = {"time": "2:30", "title": "Two providers lost", "by": "hand", "patch": '{"closures": []}'}
    where = inject(designer, path, "2", "1", **given)
    assert urlsplit(where).path == f"{path}/msel"
    values = {"url.pathname": f"{path}/msel", **{f"inject-{name}": each for name, each in given.items()}}
    again = call(designer, "inject-go.href", values, {"type": "inject-do", "number": "2", "version": "1"})
    assert "changed this inject meanwhile" in words(answered(again, "inject-refused", "children"))
    form(designer, "inject", "href", {"type": "inject-remove", "number": "2"}, {}, f"{path}/msel")
    said = words(opened(designer, f"{path}/msel"))
    assert "Designer Tester took out inject 2" in said
    assert "Designer Tester changed inject 2" in said


@pytest.mark.parametrize(
    ("name", "pressed", "values", "said"),
    [
        (
            "person",
            "person-do",
            {"person-account": "nobody-here", "person-part": "player"},
            "no such account",
        ),
        ("objective", "objective-do", {"objective-number": "one"}, "This is no number"),
        (
            "contact",
            "contact-do",
            {"contact-number": "2", "contact-name": "A", "contact-phone": "573-751-9500"},
            "might be somebody's",
        ),
    ],
)
def test_what_a_form_cannot_take_is_said_beside_it(people, name, pressed, values, said):
    path = built(people)
    answer = call(
        people["designer"][0], f"{name}-go.href", {"url.pathname": f"{path}/people", **values}, pressed
    )
    assert said in words(answered(answer, f"{name}-refused", "children"))


def test_a_player_presses_no_button_that_is_not_there_for_them(people):
    path, (player, _) = built(people), people["player"]
    for what in ("run", "pause", "release", "move", "end"):
        assert "outside your jurisdiction" in live(player, path, what, "1:00")[1]
    answer = call(player, "report-file.data", {"url.pathname": path}, {"type": "report-do", "ending": "xlsx"})
    assert "players must not know" in words(answered(answer, "report-refused", "children"))
    edit = call(
        player, "inject-go.href", {"url.pathname": path}, {"type": "inject-do", "number": "", "version": ""}
    )
    assert edit.status_code == 403
