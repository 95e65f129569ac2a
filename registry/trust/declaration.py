"""A declaration as the law makes it: which instruments there are, when one is in force, who may confirm it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

from registry.errors import RegistryError
from registry.wording import moment_words, storable

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

Instrument = Literal["proclamation", "resolution", "extension", "local"]
"""By which act an emergency is declared (RSMo 44.010, 44.100; a local one by the chief elected official)."""

INSTRUMENTS: Final[tuple[Instrument, ...]] = get_args(Instrument)

INSTRUMENT_NAMES: Final[dict[Instrument, str]] = {
    "proclamation": "Governor's proclamation",
    "resolution": "Legislative resolution",
    "extension": "Executive-order extension",
    "local": "Local declaration",
}
"""The instruments as screens name them."""

State = Literal["waiting", "not_yet", "in_force", "over", "ended"]

STATE_NAMES: Final[dict[State, str]] = {
    "waiting": "Waits for confirmation",
    "not_yet": "Not yet in force",
    "in_force": "In force",
    "over": "Over",
    "ended": "Ended",
}
"""The states as screens name them."""

NUMBER_LIMIT: Final = 60
"""Longest number of an instrument, in characters."""

WORDS_LIMIT: Final = 200
"""Longest name of an authority, in characters."""

REASON_LIMIT: Final = 400
"""Longest reason or purpose, in characters."""


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """A declaration as it was recorded, with its state by the database's clock.

    `counties` are FIPS codes, sorted. `ends_at` is None for one that holds until it is ended. Whoever recorded,
    confirmed or ended it is an account's id. Times are aware UTC.
    """

    id: str
    instrument: Instrument
    number: str
    authority: str
    counties: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime | None
    extends: str | None
    recorded_by: str
    recorded_at: datetime
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None
    ended_by: str | None = None
    ended_at: datetime | None = None
    end_reason: str = ""
    state: State = "waiting"

    @property
    def title(self) -> str:
        """What it is called in a sentence: `Governor's proclamation 26-07`."""
        return f"{INSTRUMENT_NAMES[self.instrument]} {self.number}"


def state_at(
    now: datetime,
    *,
    starts_at: datetime,
    ends_at: datetime | None,
    confirmed: bool,
    ended: bool,
) -> State:
    """Return the state at `now`: from its first moment on a declaration is in force, at its last one it is over.

    One that nobody confirmed in its time is over, and opened nothing.
    """
    if ended:
        return "ended"
    if ends_at is not None and now >= ends_at:
        return "over"
    if not confirmed:
        return "waiting"
    return "in_force" if now >= starts_at else "not_yet"


def checked_instrument(given: str) -> Instrument:
    """Return the instrument of that code.

    Raises
    ------
    RegistryError
        There is none.
    """
    for code in INSTRUMENTS:
        if code == given:
            return code
    raise RegistryError(
        "This instrument declares no emergency",
        given=repr(given[:WORDS_LIMIT]),
        wanted=", ".join(INSTRUMENTS),
        todo="choose one of these; a motor-carrier waiver is recorded apart and opens no contact",
    )


def checked_text(label: str, given: str, limit: int) -> str:
    """Return words without needless blanks.

    Raises
    ------
    RegistryError
        They are empty, longer than `limit` characters, or hold a character that cannot be kept.
    """
    words = " ".join(given.split())
    if words and len(words) <= limit and storable(words):
        return words
    raise RegistryError(
        f"The {label} is empty" if not words else f"The {label} cannot be kept",
        given=repr(given[:WORDS_LIMIT]) if len(words) <= limit else f"{len(words)} characters",
        wanted=f"1 to {limit} characters",
        todo=f"give the {label} as it stands on the instrument" if "reason" not in label else "say why",
    )


def checked_counties(given: Collection[str], known: Collection[str]) -> tuple[str, ...]:
    """Return the FIPS codes sorted, each once.

    Raises
    ------
    RegistryError
        There is none, or one is no county of Missouri.
    """
    if isinstance(given, str) or not given:
        raise RegistryError(
            "No county is named",
            given=repr(given) if isinstance(given, str) else "no county",
            wanted="FIPS codes such as 29097 for Jasper county; for the whole state, each of the 115",
            todo="name the counties that the instrument names",
        )
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise RegistryError(
            "A county is not in Missouri",
            given=", ".join(repr(fips[:20]) for fips in unknown[:5]),
            wanted="five-digit FIPS codes such as 29097 for Jasper county",
            todo="look the code up in data/reference/counties.csv",
        )
    return tuple(sorted(set(given)))


def check_times(starts_at: datetime, ends_at: datetime | None, now: datetime) -> None:
    """Refuse times without a zone, an end that does not follow the start, and an end that has passed.

    Raises
    ------
    RegistryError
        With the times given.
    """
    for label, at in (("start", starts_at), ("end", ends_at)):
        if at is not None and at.tzinfo is None:
            raise RegistryError(
                f"The {label} has no time zone",
                given=at.isoformat(),
                wanted="a time with its zone, such as 2011-05-22T18:05:00-05:00",
                todo="add the zone",
            )
    if ends_at is None:
        return
    if ends_at <= starts_at:
        raise RegistryError(
            "It ends before it starts",
            given=f"from {moment_words(starts_at)} until {moment_words(ends_at)}, Central time",
            wanted="an end after the start, or none: it then holds until somebody ends it",
            todo="correct one of the two",
        )
    if ends_at <= now:
        raise RegistryError(
            "Its end has passed",
            given=f"until {moment_words(ends_at)}; it is {moment_words(now)}, Central time",
            wanted="an end that is still to come: what is over opens nothing",
            todo="correct the end",
        )


def check_extension(
    base: Declaration | None,
    *,
    instrument: Instrument,
    counties: Collection[str],
    starts_at: datetime,
    ends_at: datetime | None,
) -> None:
    """Refuse an extension that does not carry on what it extends.

    Its counties lie within those of `base`, it starts no later than `base` ends, and it ends later. Anything else is
    a declaration of its own.

    Raises
    ------
    RegistryError
        With what does not fit.
    """
    if base is None:
        if instrument == "extension":
            raise RegistryError(
                "This extension extends nothing",
                given=f"{INSTRUMENT_NAMES[instrument]} without a declaration",
                wanted="the declaration that it extends",
                todo="name it; what stands for itself is a proclamation, a resolution or a local declaration",
            )
        return
    refused = _why_not_extended(base, set(counties), starts_at, ends_at)
    if refused is not None:
        given, wanted = refused
        raise RegistryError(
            f"{base.title} cannot be extended so",
            given=given,
            wanted=wanted,
            todo="correct it, or record a declaration of its own",
        )


def _why_not_extended(
    base: Declaration, counties: set[str], starts_at: datetime, ends_at: datetime | None
) -> tuple[str, str] | None:
    """Return what was given and what was wanted where an extension does not carry on `base`."""
    if base.confirmed_at is None or base.ended_at is not None:
        return STATE_NAMES[base.state].lower(), "one that was confirmed and not ended"
    if base.ends_at is None:
        return "no end", "one with an end: without one it holds until somebody ends it"
    foreign = sorted(counties - set(base.counties))
    if foreign:
        return f"counties {', '.join(foreign)}", f"counties of {base.title}: {', '.join(base.counties)}"
    if starts_at > base.ends_at:
        return (
            f"a start at {moment_words(starts_at)}",
            f"one until {moment_words(base.ends_at)}, Central time",
        )
    if ends_at is not None and ends_at <= base.ends_at:
        return f"an end at {moment_words(ends_at)}", f"one after {moment_words(base.ends_at)}, Central time"
    return None


def check_confirmation(declaration: Declaration, account_id: str, *, two_declarers: bool) -> None:
    """Refuse the confirmation of a declaration that does not wait for one, or by the person who recorded it.

    Raises
    ------
    RegistryError
        With what stands against it.
    """
    if declaration.state != "waiting":
        raise RegistryError(
            f"{declaration.title} does not wait for confirmation",
            given=STATE_NAMES[declaration.state].lower(),
            wanted="one that was recorded and is still to be confirmed",
            todo="look at the list of declarations; nothing has to be done for one that is confirmed",
        )
    if two_declarers and account_id == declaration.recorded_by:
        raise RegistryError(
            "A second person must confirm it",
            given=f"{declaration.title}, recorded by you",
            wanted="a declarer who did not record it",
            todo="ask another declarer",
        )


def check_end(declaration: Declaration) -> None:
    """Refuse to end what has ended or is over.

    Raises
    ------
    RegistryError
        With its state.
    """
    if declaration.state in {"ended", "over"}:
        raise RegistryError(
            f"{declaration.title} has ended already",
            given=STATE_NAMES[declaration.state].lower(),
            wanted="one that waits, comes or is in force",
            todo="nothing: it opens no contact",
        )
