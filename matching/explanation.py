"""The answer in words: short, concrete, in the user's units."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

from matching.measures import (
    CENTRAL,
    clock_words,
    count_words,
    duration_words,
    list_words,
    miles_words,
    moment_words,
    ordinal_words,
    square_miles_words,
)
from matching.needs import value_text
from matching.travel import arriving_at_words, arriving_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matching.answers import Answer, LeftOut, Match, NeedAnswer, Question
    from matching.needs import Condition, Need, Value
    from registry.directory.kinds import Attribute
    from registry.directory.listing import Listing

__all__ = [
    "CENTRAL",
    "Headline",
    "answer_headline",
    "attribute_words",
    "clock_words",
    "condition_words",
    "count_words",
    "deadline_words",
    "duration_words",
    "estimated_words",
    "inside_words",
    "left_out_words",
    "miles_words",
    "moment_words",
    "need_words",
    "none_found_words",
    "people_words",
    "question_words",
    "share_words",
    "square_miles_words",
    "travel_words",
    "value_words",
    "why",
]

_SIGNS: Final = {">=": "{} or more", "<=": "{} or less", ">": "more than {}", "<": "less than {}"}


NAMED_COUNTIES: Final = 8
"""Counties named in one line; of more the last ones are counted, and their full list stands beside it or in the file."""


class Headline(NamedTuple):
    """The answer to one need in words.

    `big` stands largest (`27 of 40`), then `rest` (`can be there by 21:20`), `short` (`13 short`, or empty) and
    `last` (`The 40th unit can arrive at 22:07, 47 min late.`, or empty).
    """

    big: str
    rest: str
    short: str
    last: str


def need_words(need: Need) -> str:
    """Return a need without its number, as people say it: `Generator, 100 kW or more, phase three`."""
    return ", ".join([need.label, *(condition_words(condition) for condition in need.conditions)])


def question_words(need: Need, question: Question) -> str:
    """Return what is asked in one line: `40 units by 21:20`, `Every arrival`."""
    head = "Every arrival" if need.quantity is None else count_words(need.quantity, need.unit)
    return f"{head} by {clock_words(question.by_at, question.asked_at)}" if question.by_at else head


def condition_words(condition: Condition) -> str:
    """Return a condition as people say it: `100 kW or more`, `phase three`, `wheelchair lift`."""
    if isinstance(condition.value, bool):
        wanted = condition.value == (condition.operator == "=")
        return condition.label.lower() if wanted else f"no {condition.label.lower()}"
    amount = value_words(condition, condition.value)
    if condition.operator in _SIGNS:
        return _SIGNS[condition.operator].format(amount)
    return amount if condition.operator == "=" else f"not {amount}"


def value_words(condition: Condition, value: Value) -> str:
    """Return an attribute's value with its unit or its name: `75 kW`, `phase single`, `wheelchair lift no`."""
    return _value_words(value, condition.unit, condition.label)


def attribute_words(
    listing: Listing, attributes: Mapping[str, Attribute], first: Sequence[str] = ()
) -> tuple[str, ...]:
    """Return what an asset states about itself: `125 kW`, `480 V`, `phase three`.

    The codes in `first` (those a need asks about) stand first, then those of `attributes`' own order.
    """
    codes = [code for code in first if code in listing.attributes]
    codes += [code for code in attributes if code in listing.attributes and code not in codes]
    return tuple(
        _value_words(listing.attributes[code], attributes[code].unit, attributes[code].name) for code in codes
    )


def answer_headline(part: NeedAnswer, answer: Answer) -> Headline:
    """Return the answer to one need as a headline."""
    question = answer.question
    by_words = f" by {clock_words(question.by_at, question.asked_at)}" if question.by_at else ""
    rest = f"{arriving_words(question)}{by_words}"
    if part.wanted is None:
        return Headline(count_words(part.in_time, part.need.unit), rest, "", _first_words(part, question))
    big = f"{min(part.in_time, part.wanted):,} of {part.wanted:,}"
    short = f"{part.short:,} short" if part.short else ""
    return Headline(big, rest, short, _last_unit_words(part, question))


def deadline_words(part: NeedAnswer, answer: Answer) -> str:
    """Return the line between in time and late, or an empty text without a deadline.

    `Deadline 21:20. Below here arrives too late: 30 more units, the first at 21:31`.
    """
    question = answer.question
    if question.by_at is None:
        return ""
    head = f"Deadline {clock_words(question.by_at, question.asked_at)}."
    late = part.late
    if not late:
        return f"{head} Nothing that can come arrives too late"
    more = count_words(sum(match.listing.quantity for match in late), part.need.unit)
    more = more.replace(" ", " more ", 1)
    return f"{head} Below here arrives too late: {more}, the first at {clock_words(late[0].arrives_at, question.asked_at)}"


def why(match: Match) -> str:
    """Return why a match ranks where it does, in sentences."""
    return " ".join(f"{reason}." for reason in match.reasons)


def share_words(match: Match) -> str:
    """Return the share of an arrival that is estimated access: `4%`, `under 1%` when it is little, `0%` for none."""
    percent = int(match.estimated_share * 100 + 0.5)
    return f"{percent}%" if percent or not match.access_ms else "under 1%"


def estimated_words(match: Match) -> str:
    """Return the same with what it is: `4% estimated access`."""
    return f"{share_words(match)} estimated access"


def travel_words(answer: Answer) -> str:
    """Return by what the assets of an answer travel: `as a car and a truck, each kind by its own`."""
    vehicles = list_words(vehicle.words for vehicle in answer.vehicles)
    return (
        f"as {vehicles}, {'each kind by its own' if answer.question.profile is None else 'as chosen for all'}"
    )


def inside_words(answer: Answer) -> str:
    """Return what lies inside the area: `20 sq mi, Jasper county and Newton county, about 31,000 people (estimate)`."""
    names = [county.label for county in answer.counties]
    if len(names) > NAMED_COUNTIES:
        names = [*names[: NAMED_COUNTIES - 1], f"{len(names) - NAMED_COUNTIES + 1} more counties"]
    where = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
    size = square_miles_words(answer.question.area.area_km2)
    return ", ".join(filter(None, [size, where, f"{people_words(answer.people)} (estimate)"]))


def none_found_words(part: NeedAnswer) -> str:
    """Return, when nothing can come, what left out the most and what would lift it; empty otherwise."""
    if part.matches:
        return ""
    if not part.left_out:
        return f"No company lists {part.need.label}. Ask for another kind, or for its whole family"
    (reason, todo), number = Counter(_cause(row, part.need) for row in part.left_out).most_common(1)[0]
    return f"{reason}: {number:,} of {len(part.left_out):,} listed. {todo}"


def left_out_words(part: NeedAnswer) -> str:
    """Return why assets are left out, the most frequent reason first: `113 not 100 kW or more, 16 committed elsewhere`."""
    causes = Counter(_cause(row, part.need)[0] for row in part.left_out)
    ordered = sorted(causes.items(), key=lambda cause: (-cause[1], cause[0]))
    return ", ".join(f"{number:,} {words[:1].lower()}{words[1:]}" for words, number in ordered)


def _cause(row: LeftOut, need: Need) -> tuple[str, str]:
    """Return one cause for all assets left out alike, and what would lift it."""
    if row.code == "condition":
        wanted = next(condition_words(c) for c in need.conditions if c.attribute == row.attribute)
        return f"Not {wanted}", "Ask for less, or leave this condition out"
    todo = {
        "status": "These return when their company frees them",
        "none_left": "These return when their company counts again",
        "not_stated": "Leave this condition out, and ask them by telephone",
        "inside": "Count those inside the area too",
        "unplaced": "Give these sites a point nearer a road",
        "unreachable": "Check the closures around the area, or choose another vehicle",
    }
    return row.words, todo[row.code]


def _first_words(part: NeedAnswer, question: Question) -> str:
    if not part.matches:
        return none_found_words(part) + "."
    first = part.matches[0]
    return f"The first {arriving_at_words(question, clock_words(first.arrives_at, question.asked_at))}."


def _last_unit_words(part: NeedAnswer, question: Question) -> str:
    if not part.matches:
        return none_found_words(part) + "."
    unit = count_words(1, part.need.unit).removeprefix("1 ")
    if part.last_unit_at is None:
        return f"Only {count_words(part.units, part.need.unit)} can come at any time."
    clock = clock_words(part.last_unit_at, question.asked_at)
    head = f"The {ordinal_words(part.wanted or 0)} {unit} {arriving_at_words(question, clock)}"
    if question.by_at is None:
        return f"{head}."
    if part.last_unit_late_ms:
        return f"{head}, {duration_words(part.last_unit_late_ms)} late."
    return f"{head}, in time."


def _value_words(value: Value, unit: str, label: str) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        amount = f"{value:,.10g}"
        return f"{amount} {unit}" if unit else f"{label.lower()} {amount}"
    return f"{label.lower()} {value_text(value)}"


def people_words(people: float) -> str:
    """Return an estimate without false precision: two leading digits from a hundred people on."""
    if people < 1:
        return "nobody" if people <= 0 else "hardly anyone"
    if people < 100:  # noqa: PLR2004 - below a hundred every person counts
        return f"about {people:.0f} people"
    step = 10 ** (len(str(int(people))) - 2)
    return f"about {int(people / step + 0.5) * step:,} people"
