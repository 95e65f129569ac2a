"""`merr demo`: everything set up, one real incident answered, then the dashboard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Final

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from geo.areas import IncidentArea
    from matching.answers import Answer, Question
    from registry.db.engine import Session
    from registry.directory.kinds import Taxonomy
    from registry.people.principal import Principal

NAME: Final = "Joplin tornado, 22 May 2011"
KIND: Final = "tornado"

STRUCK_AT: Final = datetime(2011, 5, 22, 22, 34, tzinfo=UTC)
"""17:34 in Joplin; the record says 16:34, since it keeps Central Standard Time all year."""

ASKED_AT: Final = datetime(2011, 5, 22, 23, 20, tzinfo=UTC)
BY_AT: Final = ASKED_AT + timedelta(hours=3)
NEEDS: Final = ("generator:40,kw>=100", "light_tower:30")
ROWS: Final = 24
"""Rows of each table: enough to have the deadline in view."""


def register(app: typer.Typer) -> None:
    """Add `merr demo` to the commands."""
    app.command()(demo)


def demo(
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="Serve the dashboard afterwards, until Ctrl-C.")
    ] = True,
    port: Annotated[
        int | None, typer.Option(help="The port of the dashboard (default 8050).", min=1, max=65535)
    ] = None,
    code: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Only print the present code of one of the demo's people, such as demo.planner.",
        ),
    ] = None,
) -> None:
    """Set everything up, answer the Joplin tornado of 22 May 2011, and serve the dashboard.

    A second run finds all in place and loses nothing; it prints fresh sign-ins of the demo's people.
    """
    from cli.demo_people import print_code, print_sign_ins
    from cli.ranked_table import print_answer, terminal
    from cli.serve import serve as serve_dashboard
    from registry.settings import settings
    from web.wall.binding import check_port

    if code is not None:
        print_code(code, terminal())
        return
    if serve:
        check_port(settings().host, port or settings().port)
    found = replay(_say)
    console = terminal()
    console.print(introduction(), soft_wrap=True)
    console.print()
    print_answer(found, ROWS, console=console)
    print_sign_ins(console)
    if serve:
        serve_dashboard(port=port)


def replay(say: Callable[[str], None]) -> Answer:
    """Return the answer to the Joplin tornado by the registry of this clone, which is set up on the way."""
    from etl.load import prepare_demo
    from matching import desk
    from matching.atlas import atlas
    from registry.db.engine import session_scope
    from registry.db.logins import dsn, maker
    from registry.directory.store import kinds
    from registry.people.demo import planner

    prepare_demo(maker(say), say, owner=dsn("owner"))
    url = dsn("web")
    with session_scope(url) as session:
        who = planner(session)
    with session_scope(url, principal=who) as session:
        question = joplin(kinds(session))
        save_once(session, who, question)
    with session_scope(url, principal=who) as session:
        say("Reading the roads and where people live")
        known = atlas(session)
        say("Ranking, as the demo's planner")
        return desk.ask(session, who, question, known=known)


def joplin(taxonomy: Taxonomy) -> Question:
    """Return what is asked: 40 generators of 100 kW or more and 30 light towers in the corridor, within three hours."""
    from matching.answers import Question
    from matching.needs import parse_need

    return Question(
        area=joplin_corridor(),
        needs=tuple(parse_need(need, taxonomy) for need in NEEDS),
        closures=(),
        asked_at=ASKED_AT,
        by_at=BY_AT,
    )


def joplin_corridor() -> IncidentArea:
    """Return the tornado's corridor: the straight line of NOAA's record at its greatest width throughout."""
    from geo.areas import corridor
    from matching.scenarios.starters import JOPLIN_END, JOPLIN_START, JOPLIN_WIDTH_M

    return corridor(JOPLIN_START, JOPLIN_END, JOPLIN_WIDTH_M)


def save_once(session: Session, who: Principal, question: Question) -> None:
    """Save the incident as the demo planner's, unless one of its name is there, open or closed."""
    from matching.needs import need_as_json
    from registry.incidents.desk import save_incident
    from registry.incidents.store import name_is_free

    if not name_is_free(session, NAME):
        return
    save_incident(
        session,
        who,
        name=NAME,
        kind=KIND,
        area=question.area,
        closures=question.closures,
        needs=[need_as_json(need) for need in question.needs],
        asked_at=question.asked_at,
        by_at=question.by_at,
    )


def introduction() -> str:
    """Return what is shown, and that it is a replay with an invented registry."""
    from matching.measures import moment_words

    return (
        f"{NAME}, replayed. It struck at {moment_words(STRUCK_AT)}; the corridor is NOAA's record 296616, "
        f"a straight line 1,600 yards wide.\n"
        "It is asked as on that day, of the registry as it stands now. All its companies are synthetic."
    )


def _say(step: str) -> None:
    from cli.terminal import Console

    Console(stderr=True, highlight=False, markup=False, soft_wrap=True).print(step, style="dim")
