"""A patch: what a scenario changes, by whom and why, as a value and as canonical JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final, NoReturn

import shapely

from geo.areas import area_from_geojson
from geo.closure_reading import read_closures
from geo.closures import Closure
from matching.questions import canonical
from matching.scenarios.changes import (
    KEYS,
    NOTHING,
    WHOLE,
    Changes,
    Cut,
    ScenarioError,
    Waiver,
    Weather,
    Who,
    outline_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAX_LINES: Final = 1_000
MAX_WORDS: Final = 500
MAX_FACTOR: Final = 100.0
MAX_AFTER_S: Final = 60 * 86_400


@dataclass(frozen=True)
class Inject:
    """Changes that begin some seconds after the exercise does."""

    after_s: int
    name: str
    changes: Changes


@dataclass(frozen=True)
class Patch:
    """A scenario: what it changes over a frozen baseline, as a small value that never changes itself.

    Parameters
    ----------
    name, author, reason
        What it is called, who made it, and why.
    changes
        What holds from the beginning.
    injects
        What begins later, by moment and name.
    parent
        The id of the scenario it was made from; None for one made from nothing.
    """

    name: str
    author: str
    reason: str
    changes: Changes = NOTHING
    injects: tuple[Inject, ...] = ()
    parent: str | None = None

    def __post_init__(self) -> None:
        """Put the injects in order and refuse one that stands twice, or a patch that nobody answers for."""
        for what in ("name", "author", "reason"):
            if not getattr(self, what).strip():
                _refuse(f"no {what}", "a name, an author and a reason", f"say the {what}")
        kept = sorted(self.injects, key=_inject_key)
        keys = [_inject_key(each) for each in kept]
        if len(set(keys)) < len(keys):
            _refuse("two injects of one name at one moment", "each once", "rename or move one of them")
        object.__setattr__(self, "injects", tuple(kept))

    def then(self, later: Patch) -> Patch:
        """Return this patch followed by another: the later one's name, author, reason and parent, and both their changes.

        Where both change one thing (a closure by its key, a bridge, who is lost, a kind's cut, a vehicle's waiver, a
        need) the later one counts. Associative.
        """
        injects = {_inject_key(each): each for each in (*self.injects, *later.injects)}
        return Patch(
            later.name,
            later.author,
            later.reason,
            self.changes.then(later.changes),
            tuple(injects.values()),
            later.parent,
        )

    def at(self, after_s: int | None = None) -> Changes:
        """Return all that holds so many seconds after the beginning, injects in their order; None for all of them."""
        changes = self.changes
        for inject in self.injects:
            if after_s is None or inject.after_s <= after_s:
                changes = changes.then(inject.changes)
        return changes

    def as_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {
            "name": self.name,
            "author": self.author,
            "reason": self.reason,
            "parent": self.parent,
            **changes_as_json(self.changes),
            "injects": [
                {"after_s": each.after_s, "name": each.name, "changes": changes_as_json(each.changes)}
                for each in self.injects
            ],
        }

    def to_bytes(self) -> bytes:
        """Return it as canonical JSON: the same patch gives the same bytes."""
        return canonical(self.as_json())


def _inject_key(inject: Inject) -> tuple[int, str]:
    return inject.after_s, inject.name


def changes_as_json(changes: Changes) -> dict[str, Any]:
    """Return changes as plain JSON values, each list by its key."""
    return {each.name: [_plain(value) for value in getattr(changes, each.name)] for each in fields(Changes)}


def _plain(value: object) -> object:
    if isinstance(value, Closure):
        return value.as_geojson()
    if isinstance(value, Cut):
        told = {"asset": value.asset} if value.asset else {"kind": value.kind}
        return told | ({"units": value.units} if value.units else {"share": value.share / WHOLE})
    if isinstance(value, Who) and value.within:
        outline = json.loads(shapely.to_geojson(outline_of(value.within)))
        return {name: part for name, part in value._asdict().items() if part} | {"within": outline}
    if isinstance(value, tuple):
        named = value._asdict()  # type: ignore[attr-defined]
        return {name: list(part) if isinstance(part, tuple) else part for name, part in named.items() if part}
    return value


def read_patch(given: str | bytes | Mapping[str, Any]) -> Patch:
    """Return the patch that JSON describes (text or parsed); `Patch.to_bytes` gives it back.

    Raises
    ------
    ScenarioError
        It is no JSON, a field is not known or of another kind, or what it says cannot be.
    ClosureError
        A closure cannot be used.
    """
    try:
        value = json.loads(given) if isinstance(given, str | bytes) else given
    except (ValueError, RecursionError):
        _refuse("no JSON", "a scenario as JSON", "export the scenario again, or correct the file")
    told = _object(value, {"name", "author", "reason", "parent", "injects", *KEYS}, "the scenario")
    return Patch(
        _word(told, "name"),
        _word(told, "author"),
        _word(told, "reason"),
        _changes(told),
        tuple(_inject(each) for each in _list(told, "injects")),
        None if told.get("parent") is None else _word(told, "parent"),
    )


def _inject(value: object) -> Inject:
    told = _object(value, {"after_s", "name", "changes"}, "an inject")
    after_s = _whole(told.get("after_s"), "after_s", MAX_AFTER_S)
    return Inject(
        after_s, _word(told, "name"), _changes(_object(told.get("changes", {}), set(KEYS), "an inject"))
    )


def _changes(told: Mapping[str, Any]) -> Changes:
    features = {"type": "FeatureCollection", "features": _list(told, "closures")}
    return Changes(
        closures=read_closures(features),
        weather=_each(told, "weather", _weather),
        bridges=_each(told, "bridges", lambda value: _text(value, "a bridge")),
        lost=_each(told, "lost", _who),
        closed=_each(told, "closed", _who),
        cuts=_each(told, "cuts", _cut),
        waivers=_each(told, "waivers", _waiver),
        demand=_each(told, "demand", _demand),
    )


def _each(told: Mapping[str, Any], name: str, read: Callable[[Any], Any]) -> tuple[Any, ...]:
    return tuple(read(value) for value in _list(told, name))


def _weather(value: object) -> Weather:
    told = _object(value, {"classes", "factor"}, "weather")
    factor = told.get("factor")
    if not isinstance(factor, int | float) or isinstance(factor, bool) or not 1.0 < factor <= MAX_FACTOR:
        _refuse(
            f"weather with factor {factor!r}",
            f"how many times as long roads take: above 1 and at most {MAX_FACTOR:g}",
            "give the factor, such as 1.3",
        )
    return Weather(_texts(told, "classes"), float(factor))


def _who(value: object) -> Who:
    told = _object(value, set(Who._fields), "who is lost or closed")
    plain = {name: _text(told.get(name, ""), name, empty=True) for name in ("provider", "county", "sector")}
    outline = told.get("within")
    drawn = (
        "" if outline is None else shapely.to_wkt(area_from_geojson(outline).geometry, rounding_precision=6)
    )
    who = Who(**plain, within=drawn)
    if who == Who():
        _refuse("nobody", "a provider, a county, a sector or an outline", "say who")
    return who


def _cut(value: object) -> Cut:
    told = _object(value, {"asset", "kind", "share", "units"}, "a cut")
    kind, asset = (_text(told.get(name, ""), name, empty=True) for name in ("kind", "asset"))
    if bool(kind) == bool(asset) or ("share" in told) == ("units" in told):
        _refuse(
            repr(dict(told))[:200],
            "a kind or an asset, and a share or units",
            "give one of each for every cut",
        )
    if "units" in told:
        return Cut(kind, asset, 0, _whole(told["units"], "units", 10**9, least=1))
    share = told["share"]
    if not isinstance(share, int | float) or isinstance(share, bool) or not 0.0 < share <= 1.0:
        _refuse(f"a share of {share!r}", "what is lost: above 0 and at most 1", "give 0.5 for half")
    return Cut(kind, asset, max(1, round(share * WHOLE)), 0)


def _waiver(value: object) -> Waiver:
    told = _object(value, {"profile", "lifts", "travels_as"}, "a waiver")
    lifts, other = _texts(told, "lifts"), _text(told.get("travels_as", ""), "travels_as", empty=True)
    if bool(lifts) == bool(other):
        _refuse(repr(dict(told))[:200], "what it lifts, or the vehicle it travels as", "give one of the two")
    return Waiver(_word(told, "profile"), lifts, other)


def _demand(value: object) -> str:
    text = _text(value, "a demand")
    number = text.partition(",")[0].partition(":")[2].strip()
    if not number.isdecimal() or int(number) < 1:
        _refuse(f"demand {text!r}", "a need with a number, such as generator:10", "say how many more")
    return text


def _object(value: object, known: set[str], what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        _refuse(f"{what}: {value!r}"[:200], "an object of JSON", "write it as docs/scenarios.md shows")
    strange = sorted(set(value) - known)
    if strange:
        _refuse(f"{what} with {strange[0]!r}", ", ".join(sorted(known)), "correct or remove that field")
    return value


def _list(told: Mapping[str, Any], name: str) -> list[Any]:
    value = told.get(name, [])
    if not isinstance(value, list) or len(value) > MAX_LINES:
        _refuse(f"{name}: {value!r}"[:200], f"a list of at most {MAX_LINES:,}", "write it as a list")
    return value


def _texts(told: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(sorted({_text(value, name) for value in _list(told, name)}))


def _word(told: Mapping[str, Any], name: str) -> str:
    return _text(told.get(name), name)


def _text(value: object, what: str, *, empty: bool = False) -> str:
    if (
        not isinstance(value, str)
        or len(value) > MAX_WORDS
        or "\x00" in value
        or not (empty or value.strip())
    ):
        _refuse(f"{what}: {value!r}"[:200], f"1 to {MAX_WORDS} characters", f"correct {what}")
    return value.strip()


def _whole(value: object, what: str, most: int, *, least: int = 0) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        _refuse(f"{what}: {value!r}"[:200], f"a whole number from {least} to {most:,}", f"correct {what}")
    return value


def _refuse(given: str, wanted: str, todo: str) -> NoReturn:
    raise ScenarioError("The scenario cannot be used", given=given, wanted=wanted, todo=todo)
