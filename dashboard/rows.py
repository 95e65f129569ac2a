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
    from registry.directory.listing import Listing

Row = dict[str, Any]

DEADLINE_ID = "deadline"
CUT_OFF_ID = "cut-off"

ROUNDED = "rounded up to 5 min"
"""What a time of a closed place stands on."""


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
        "closed": listing.name_closed,
        "place": listing_place(listing),
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
        "closed": listing.name_closed,
        "place": listing_place(listing),
        "flags": [{"text": flag.text, "tone": flag.tone} for flag in match.flags[:1]],
        "more": [flag.text for flag in match.flags[1:]],
        "quantity": f"{listing.quantity:,}",
        "size": size_words(match, part, taxonomy),
        "so_far": f"{match.units_so_far:,} so far",
        "arrival": arrival_words(match),
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


def listing_place(listing: Listing) -> str:
    """Return where a listing is as the list names it: `Monett, Barry`; of a closed place `Barry county`, `ZIP 65708, Barry county`."""
    if not listing.place_closed:
        return place_words(listing.town, listing.county_name)
    return place_words(listing.town, county_words(listing.county_name))


def county_words(name: str) -> str:
    """Return a county as people say it: `Jasper county`, `St. Louis city`."""
    return f"{name} county" if name and "city" not in name else name


def arrival_words(match: Match) -> str:
    """Return how long until a match arrives: `1 h 14 min`; of a closed place, which is told to five minutes, `about 1 h 15 min`."""
    words = duration_words(match.arrival_ms)
    return f"about {words}" if match.listing.place_closed else words


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
    if match.listing.place_closed:
        return f"{roads}{ROUNDED}"
    return roads + estimated_words(match).removesuffix(" access").replace("under 1%", "<1%")


def spoken_words(match: Match, answer: Answer) -> str:
    """Return a match in one sentence, for who cannot see the row."""
    clock = clock_words(match.arrives_at, answer.question.asked_at)
    late = ", after the deadline" if match.late else ""
    head, sign = arrival_head(answer.question), "by" if answer.question.measure in REACHING else "at"
    return (
        f"Rank {match.rank}, {match.listing.provider_name}, by {vehicle_word(match, answer)}, "
        f"{head[:1].lower()}{head[1:]} in {arrival_words(match)}, {sign} {clock}{late}"
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
                    "closed": row.listing.name_closed,
                    "place": listing_place(row.listing),
                    "what": f"{count_words(row.listing.quantity, row.listing.unit)}: {row.listing.asset_name or row.listing.kind_name}",
                }
                for row in members
            ],
        }
        for words, members in order
    ]
