"""What became of each closure, and the sentences that must stand beside an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matching.answers import ClosureNote
from matching.measures import clock_words, list_words, miles_words
from registry.wording import day_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from geo.closures import Closure
    from geo.profiles import Profile
    from geo.routing import AreaSearch
    from matching.answers import CountyInside, Question


def closure_notes(
    question: Question, found: Mapping[str, AreaSearch], profiles: Mapping[str, Profile]
) -> tuple[ClosureNote, ...]:
    """Return what became of each closure for the vehicles in use, in the order given."""
    return tuple(_note(closure, question, list(found.values()), profiles) for closure in question.closures)


def _note(
    closure: Closure, question: Question, found: Sequence[AreaSearch], profiles: Mapping[str, Profile]
) -> ClosureNote:
    name, effect, key = closure.name or f"Closure {closure.key}", closure.effect, closure.key
    if key in found[0].closed.expired:
        words = f"{name} is not {effect} at {clock_words(question.asked_at, question.asked_at)}"
        return ClosureNote(key, name, effect, "inactive", 0.0, words)
    whom = f" for {list_words(profiles[code].words for code in closure.profiles)}" if closure.profiles else ""
    touched = [searched.closed.touched[key] for searched in found if key in searched.closed.touched]
    if not touched:
        words = f"{name} is {effect} only{whom}, and nothing asked for travels so"
        return ClosureNote(key, name, effect, "exempt", 0.0, words)
    km = float(max(touched))
    if not km:
        words = f"{name} touches no road of this network, so it changes nothing"
        return ClosureNote(key, name, effect, "no_road", 0.0, words)
    return ClosureNote(
        key, name, effect, "used", km, f"{name} {effect}{whom}, {miles_words(km * 1000)} of road"
    )


def acting_words(notes: Sequence[ClosureNote]) -> str:
    """Return the closure that acts, or `Closures` when several do."""
    used = [note for note in notes if note.state == "used"]
    return f"{used[0].name} {used[0].effect}" if len(used) == 1 else "Closures"


def warnings(
    question: Question,
    notes: Sequence[ClosureNote],
    found: Mapping[str, AreaSearch],
    counties: Sequence[CountyInside],
) -> tuple[str, ...]:
    """Return what must stand beside the answer, in sentences."""
    said = [f"{note.words}." for note in notes if note.state != "used"]
    said += _closures_said(notes, found)
    said += _kept_clear_said(question)
    if question.measure != "site":
        said += _roads_said(found)
    if question.profile is not None:
        said.append(f"Everything is taken to travel as {found[question.profile].drive.profile.words}.")
    said += dict.fromkeys(note for searched in found.values() for note in searched.drive.notes)
    if not counties:
        said.append("The area touches no county of Missouri.")
    return tuple(said)


def _kept_clear_said(question: Question) -> list[str]:
    """Return what an area that is kept clear means; what arriving means the headline says."""
    if not question.keep_out:
        return []
    where = "every way leads round it" if question.measure == "site" else "arrivals are at its edge"
    return [f"The area's own roads are kept clear: {where}, and who stands on one cannot leave."]


def replay_words(day: date) -> str:
    """Return what is said of an answer whose listings were confirmed after the day asked."""
    return (
        "This replays an earlier day with the registry as it stands. "
        f"Listings were confirmed up to {day_words(day)}, and their ages count to that day."
    )


def near_m(searched: AreaSearch) -> float | None:
    """Return the metres from the nearest open road to the area, None when none comes near."""
    return None if np.isnan(searched.area_access_m) else float(searched.area_access_m)


def _closures_said(notes: Sequence[ClosureNote], found: Mapping[str, AreaSearch]) -> list[str]:
    """Return what the roads say of closures that hold, each once."""
    said = [
        f"{note.name}: {sentence}."
        for note in notes
        for searched in found.values()
        for sentence in searched.closed.notes.get(note.key, ())
    ]
    return list(dict.fromkeys(said))


def _roads_said(found: Mapping[str, AreaSearch]) -> list[str]:
    """Return how the roads lie to the area, once where it is the same for all vehicles in use."""
    by_sentence: dict[str, list[str]] = {}
    for searched in found.values():
        sentence = _road_words(searched)
        if sentence:
            by_sentence.setdefault(sentence, []).append(searched.drive.profile.words)
    return [
        sentence if len(vehicles) == len(found) else f"For {list_words(vehicles)}: {sentence}"
        for sentence, vehicles in by_sentence.items()
    ]


def _road_words(searched: AreaSearch) -> str:
    """Return how arrivals end when not on open road in the area; empty when they do."""
    vehicle = searched.drive.profile.words
    barred = searched.drive.any_barred
    metres = near_m(searched)
    if metres is None:
        road = f"road that {vehicle} may use" if barred else "road of this network"
        return f"No open {road} comes near the area, so nobody can be ranked."
    if searched.road_inside:
        return ""
    if searched.roads_barred:
        why = f"{vehicle[0].upper()}{vehicle[1:]} may use no road in the area"
    elif searched.roads_closed:
        whose = f" that {vehicle} may use" if barred else ""
        why = f"Every road in the area{whose} is closed"
    else:
        why = "No road of this network lies inside the area"
    return f"{why}: arrivals are to open road near it, {miles_words(metres)} away at the nearest, the last leg estimated."
