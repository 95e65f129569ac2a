"""What an exercise takes: words, injects, patches, contacts that are made up for certain. Pure: nothing is asked of a database."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from registry.exercises.clock import check_time, time_words
from registry.exercises.errors import ExerciseError
from registry.exercises.exercise import PARTS, RATINGS, Contact, Objective, Part, Plan, Rating
from registry.wording import storable

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

TITLE_CHARS: Final = 120
WORDS_CHARS: Final = 2_000
MOST_NUMBER: Final = 9_999
MOST_MEASURES: Final = 20
PATCH_CHARS: Final = 20_000

_PHONE = re.compile(r"\(?\d{3}\)?[ .-]?555[ .-]?01\d\d", re.ASCII)
_MAIL = re.compile(
    r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){0,4}(?:example\.(?:org|com|net)|example|invalid|test)",
    re.ASCII,
)


def words_of(label: str, given: str, most: int = TITLE_CHARS, *, wanted: bool = True) -> str:
    """Return words without needless blanks.

    Raises
    ------
    ExerciseError
        They are empty though `wanted`, longer than `most` characters, or hold a character that cannot be kept.
    """
    words = " ".join(given.split())
    if (words or not wanted) and len(words) <= most and storable(words):
        return words
    raise ExerciseError(
        f"The {label} cannot be kept" if words else f"The {label} is empty",
        given=repr(words[:60]) if len(words) <= most else f"{len(words):,} characters",
        wanted=f"{1 if wanted else 0} to {most:,} characters",
        todo=f"say the {label} in so many words",
    )


def check_plan(plan: Plan, objectives: Collection[int], *, reads_ms: int | None = None) -> Plan:
    """Return an inject's plan with its words tidied.

    Parameters
    ----------
    plan
        As somebody gave it.
    objectives
        The numbers of the exercise's objectives.
    reads_ms
        What the clock reads, once the exercise has begun: an inject for an earlier time would be released at once.

    Raises
    ------
    ExerciseError
        A word, the time, the objective or the patch cannot be used.
    """
    check_time(plan.planned_ms)
    if reads_ms is not None and plan.planned_ms <= reads_ms and not plan.by_hand:
        raise ExerciseError(
            "The clock has passed this time already",
            given=f"{time_words(plan.planned_ms)}, and the clock reads {time_words(reads_ms)}",
            wanted="a later time, or an inject that is released by hand",
            todo="plan it later, or let it be released by hand",
        )
    if plan.objective is not None and plan.objective not in objectives:
        raise ExerciseError(
            "There is no such objective",
            given=str(plan.objective),
            wanted=", ".join(map(str, sorted(objectives))) or "none: this exercise has no objectives yet",
            todo="choose one of them, or leave it out",
        )
    return replace(
        plan,
        title=words_of("title", plan.title),
        happens=words_of("text of what happens", plan.happens, WORDS_CHARS, wanted=False),
        sender=words_of("name of who sends it", plan.sender, wanted=False),
        receiver=words_of("name of who receives it", plan.receiver, wanted=False),
        expected=words_of("expected action", plan.expected, WORDS_CHARS, wanted=False),
        patch=None if plan.patch is None else read_patch(json.dumps(dict(plan.patch))),
    )


def check_numbers(numbers: Sequence[int]) -> None:
    """Refuse a list of injects in which a number stands twice, or is none.

    Raises
    ------
    ExerciseError
        It does.
    """
    for number in numbers:
        check_number(number)
    twice = sorted({number for number in numbers if numbers.count(number) > 1})
    if twice:
        raise ExerciseError(
            "A number stands twice in the list",
            given=", ".join(map(str, twice)),
            wanted="a number of its own for each inject",
            todo="number them anew",
        )


def check_number(number: int) -> None:
    """Refuse a number that no inject, objective or contact can have.

    Raises
    ------
    ExerciseError
        It is below 1 or above 9,999.
    """
    if not 1 <= number <= MOST_NUMBER:
        raise ExerciseError(
            "This number cannot be used",
            given=str(number),
            wanted=f"1 to {MOST_NUMBER:,}",
            todo="choose another number",
        )


def read_patch(text: str) -> dict[str, Any] | None:
    """Return the patch that JSON words say; None for blank ones.

    What is in it is read by whoever applies it; nothing of an exercise does.

    Raises
    ------
    ExerciseError
        It is no JSON object, is too long, or holds what cannot be kept.
    """
    if not text.strip():
        return None
    try:
        found = json.loads(text) if len(text) <= PATCH_CHARS else None
        # `json` also takes NaN, and PostgreSQL neither that nor a NUL or half a surrogate pair.
        kept = isinstance(found, dict) and storable(json.dumps(found, ensure_ascii=False, allow_nan=False))
    except (ValueError, RecursionError):
        kept = False
    if not kept or "\\u0000" in text:
        raise ExerciseError(
            "The patch cannot be read",
            given=repr(text[:60]) if len(text) <= PATCH_CHARS else f"{len(text):,} characters",
            wanted=f"a JSON object of at most {PATCH_CHARS:,} characters",
            todo="copy it whole from the scenario, or leave it out",
        )
    return dict(found or {})


def check_contact(contact: Contact) -> Contact:
    """Return a contact that leads to nobody, its words tidied.

    Raises
    ------
    ExerciseError
        Its telephone lies outside 555-0100 to 555-0199, or its mail outside the names kept free for examples
        (RFC 2606): then it might be somebody's.
    """
    check_number(contact.number)
    phone, email = contact.phone.strip(), contact.email.strip()
    if phone and not _PHONE.fullmatch(phone):
        raise ExerciseError(
            "This telephone might be somebody's",
            given=repr(phone[:40]),
            wanted="a number made for invention: any area code, then 555-0100 to 555-0199",
            todo="write such as 573-555-0142",
        )
    if email and not _MAIL.fullmatch(email):
        raise ExerciseError(
            "This address might be somebody's",
            given=repr(email[:60]),
            wanted="mail at example.org, example.com, example.net, or ending in .example, .invalid or .test",
            todo="write such as dispatch@example.org",
        )
    return replace(
        contact,
        name=words_of("name", contact.name),
        organisation=words_of("organisation", contact.organisation, wanted=False),
        phone=phone,
        email=email,
    )


def check_objective(objective: Objective) -> Objective:
    """Return an objective with its words tidied and blank measures left out.

    Raises
    ------
    ExerciseError
        It says nothing, or has more than twenty measures.
    """
    check_number(objective.number)
    measures = tuple(words_of("measure", each) for each in objective.measures if each.strip())
    if len(measures) > MOST_MEASURES:
        raise ExerciseError(
            "An objective cannot have so many measures",
            given=f"{len(measures)} measures",
            wanted=f"at most {MOST_MEASURES}",
            todo="divide the objective",
        )
    return replace(
        objective,
        words=words_of("objective", objective.words, WORDS_CHARS),
        capability=words_of("core capability", objective.capability, wanted=False),
        measures=measures,
    )


def check_measure(objective: Objective, measure: int | None) -> None:
    """Refuse a measure that an objective does not have.

    Raises
    ------
    ExerciseError
        It has none of that number.
    """
    if measure is None or 1 <= measure <= len(objective.measures):
        return
    raise ExerciseError(
        "The objective has no such measure",
        given=f"measure {measure} of objective {objective.number}",
        wanted=f"1 to {len(objective.measures)}" if objective.measures else "none: it has no measures",
        todo="choose one of them, or observe the objective as a whole",
    )


def read_part(text: str) -> Part:
    """Return the part of that name.

    Raises
    ------
    ExerciseError
        There is none.
    """
    for part in PARTS:
        if part == text.strip().lower():
            return part
    raise ExerciseError(
        "Nobody takes part as this",
        given=repr(text[:40]),
        wanted=", ".join(PARTS),
        todo="choose one of these",
    )


def read_rating(text: str) -> Rating | None:
    """Return the rating of that letter; None for a blank.

    Raises
    ------
    ExerciseError
        There is none.
    """
    if not text.strip():
        return None
    for rating in RATINGS:
        if rating == text.strip().upper():
            return rating
    raise ExerciseError(
        "There is no such rating",
        given=repr(text[:40]),
        wanted=", ".join(RATINGS),
        todo="choose one of these, or leave it out",
    )
