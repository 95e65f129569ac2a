"""The ranked list as rows of plain words: pure functions from an answer to what the grid and the cards show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dashboard.marks import band
from matching.explanation import (
    attribute_words,
    clock_words,
    count_words,
    deadline_words,
    duration_words,
    estimated_words,
    miles_words,
)
from matching.travel import REACHING

if TYPE_CHECKING:
    from matching.answers import Answer, LeftOut, Match, NeedAnswer, Question
    from registry.directory.kinds import Taxonomy

Row = dict[str, Any]

DEADLINE_ID = "deadline"
CUT_OFF_ID = "cut-off"


def ranked_rows(part: NeedAnswer, answer: Answer, taxonomy: Taxonomy) -> list[Row]:
    """Return the rows of the list: matches by rank, the deadline before the first late one, then who is cut off."""
    rows = [match_row(match, part, answer, taxonomy) for match in part.matches]
    words = deadline_words(part, answer)
    if words:
        in_time = len(part.matches) - len(part.late)
        rows.insert(in_time, {"id": DEADLINE_ID, "divider": words, "tone": "warn"})
    return rows + cut_off_rows(part)


def cut_off_rows(part: NeedAnswer) -> list[Row]:
    """Return who has no way to the area, below everyone who has: no time, and the reason."""
    cut_off = [row for row in part.left_out if row.code == "unreachable"]
    if not cut_off:
        return []
    line = f"No way to the area: {count_words(len(cut_off), 'asset')}, each with its reason"
    return [{"id": CUT_OFF_ID, "divider": line, "tone": "plain"}, *(_cut_off_row(row) for row in cut_off)]


def _cut_off_row(row: LeftOut) -> Row:
    listing = row.listing
    return {
        "id": listing.asset_id,
        "name": listing.provider_name,
        "place": place_words(listing.town, listing.county_name),
        "flags": [],
        "quantity": f"{listing.quantity:,}",
        "size": count_words(listing.quantity, listing.unit).split(" ", 1)[1],
        "reason": row.words,
        "spoken": f"{listing.provider_name}, no time: {row.words}",
    }


def match_row(match: Match, part: NeedAnswer, answer: Answer, taxonomy: Taxonomy) -> Row:
    """Return one match as a row."""
    listing = match.listing
    when = f"{clock_words(match.arrives_at, answer.question.asked_at)}, {miles_words(match.road_m)}"
    return {
        "id": listing.asset_id,
        "rank": match.rank,
        "band": band(match.arrival_ms),
        "late": match.late,
        "name": listing.provider_name,
        "place": place_words(match.listing.town, match.listing.county_name),
        "flags": [{"text": flag.text, "tone": flag.tone} for flag in match.flags[:1]],
        "more": [flag.text for flag in match.flags[1:]],
        "quantity": f"{listing.quantity:,}",
        "size": size_words(match, part, taxonomy),
        "so_far": f"{match.units_so_far:,} so far",
        "arrival": duration_words(match.arrival_ms),
        "at": f"{'by' if answer.question.measure in REACHING else 'at'} {when}",
        "head": arrival_head(answer.question),
        "card_at": f"{arrival_sign(answer.question)} {when}",
        "made": made_words(match, "road" if answer.question.profile else vehicle_word(match, answer)),
        "basis": basis_words(match, answer),
        "spoken": spoken_words(match, answer),
    }


def place_words(town: str, county: str) -> str:
    """Return a place as the list names it: `Monett, Barry`."""
    return ", ".join(part for part in (town, county) if part)


def size_words(match: Match, part: NeedAnswer, taxonomy: Taxonomy) -> str:
    """Return the size of one unit: what the need asks about, else the asset's first number, else what is counted."""
    listing = match.listing
    asked = [condition.attribute for condition in part.need.conditions if condition.unit]
    own = taxonomy.kinds[listing.kind].attributes if listing.kind in taxonomy.kinds else ()
    numbers = [code for code in own if taxonomy.attributes[code].type == "number"]
    for code in [*asked, *numbers]:
        if code in listing.attributes:
            only = {code: taxonomy.attributes[code]}
            return attribute_words(listing, only)[0]
    return count_words(listing.quantity, listing.unit).split(" ", 1)[1]


def arrival_head(question: Question) -> str:
    """Return what an arrival is called above its column: `Arrives`, or what of the area is reached then."""
    if question.measure in REACHING:
        return {"reach_p50": "Half reached", "reach_p90": "90% reached"}[question.measure]
    if question.measure == "site":
        return "At staging point"
    return "At its edge" if question.keep_out else "Arrives"


def arrival_sign(question: Question) -> str:
    """Return what stands before an arrival's clock time where no head does: `at`, `half by`, `staged at`."""
    if question.measure == "site":
        return "staged at"
    return {"reach_p50": "half by", "reach_p90": "90% by"}.get(question.measure, "at")


def vehicle_word(match: Match, answer: Answer) -> str:
    """Return the vehicle that a match travels by, inside a sentence: `truck`."""
    names = {vehicle.code: vehicle.name for vehicle in answer.vehicles}
    return names.get(match.profile, match.profile).lower()


def made_words(match: Match, vehicle: str) -> str:
    """Return what an arrival is made of: `35 min ready + 1 h 19 min truck`.

    `vehicle` is `road` where all travel by one, which is then said once and not in every row.
    """
    way = f"{duration_words(match.access_ms + match.road_ms)} {vehicle}"
    ready = f"{duration_words(match.mobilisation_ms)} ready" if match.mobilisation_ms else "ready"
    return f"{ready} + {way}"


def basis_words(match: Match, answer: Answer) -> str:
    """Return what a time stands on: `main roads only, 8% estimated access`."""
    roads = "main roads only, " if answer.network.main_roads_only else ""
    return roads + estimated_words(match).removesuffix(" access").replace("under 1%", "<1%")


def spoken_words(match: Match, answer: Answer) -> str:
    """Return a match in one sentence, for who cannot see the row."""
    clock = clock_words(match.arrives_at, answer.question.asked_at)
    late = ", after the deadline" if match.late else ""
    head, sign = arrival_head(answer.question), "by" if answer.question.measure in REACHING else "at"
    return (
        f"Rank {match.rank}, {match.listing.provider_name}, by {vehicle_word(match, answer)}, "
        f"{head[:1].lower()}{head[1:]} in {duration_words(match.arrival_ms)}, {sign} {clock}{late}"
    )


def left_out_rows(rows: tuple[LeftOut, ...]) -> list[Row]:
    """Return what is left out, gathered by its reason: most first, each with its assets by name."""
    groups: dict[str, list[LeftOut]] = {}
    for row in rows:
        groups.setdefault(row.words, []).append(row)
    order = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return [
        {
            "reason": words,
            "assets": [
                {
                    "id": row.listing.asset_id,
                    "name": row.listing.provider_name,
                    "place": place_words(row.listing.town, row.listing.county_name),
                    "what": f"{count_words(row.listing.quantity, row.listing.unit)}: {row.listing.asset_name or row.listing.kind_name}",
                }
                for row in members
            ],
        }
        for words, members in order
    ]
