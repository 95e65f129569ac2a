"""What each input of a callback may hold: by its property where that says it, else by the component's id.

A browser's page sends nothing else. Whoever adds an input whose property says too little (`value`, `data`) adds its id
here; a server with an input of no kind does not start.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Final

from web.errors import WebError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Kind = Callable[[object], bool]

TURN: Final = "-turn"
"""What the id of a moment's second field ends on: which of two equal hours is meant."""

WORK: Final = ("-job", "-run")
"""What the ids of the stores end on that hold the id of a job, and of the run that it made."""

NUMBERED: Final = frozenset({"inject-remove.number", "matter-add.edge", "within.hours"})
"""Parts of the ids of buttons, by the type of the button, that say a whole number; any other says a word or a number."""

MOST_DIGITS: Final = 9
"""More digits than this no button's number has."""

MOST_COUNT: Final = 2**53
"""Larger whole numbers a browser does not tell apart."""


def text(value: object) -> bool:
    """Return whether it is text that can be kept, or nothing."""
    return value is None or word(value)


def word(value: object) -> bool:
    """Return whether it is text that can be kept: neither a NUL, which PostgreSQL refuses, nor half a character."""
    return isinstance(value, str) and "\0" not in value and not any("\ud800" <= c <= "\udfff" for c in value)


def words(value: object) -> bool:
    """Return whether it is a list of texts."""
    return isinstance(value, list) and all(map(word, value))


def chosen(value: object) -> bool:
    """Return whether it is what a field of several choices holds: texts, or nothing."""
    return value is None or words(value)


def number(value: object) -> bool:
    """Return whether it is what a field of numbers holds: a number, what is being typed, or nothing."""
    return text(value) or (_counted(value) or (isinstance(value, float) and math.isfinite(value)))


def count(value: object) -> bool:
    """Return whether it is a whole number, or nothing."""
    return value is None or _counted(value)


def yes_no(value: object) -> bool:
    """Return whether it is a tick, or nothing."""
    return value is None or isinstance(value, bool)


def identity(value: object) -> bool:
    """Return whether it is the id of one of several components: names with a text or number each."""
    return isinstance(value, dict) and all(word(part) or _counted(part) for part in value.values())


def options(value: object) -> bool:
    """Return whether it is what a field offers: values with labels, or nothing."""
    return value is None or (
        isinstance(value, list)
        and all(isinstance(one, dict) and word(one.get("value")) and word(one.get("label")) for one in value)
    )


def groups(value: object) -> bool:
    """Return whether it is what a field offers in groups, or nothing."""
    return value is None or (
        isinstance(value, list)
        and all(
            isinstance(group, dict) and isinstance(group.get("items"), list) and options(group["items"])
            for group in value
        )
    )


def _counted(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < MOST_COUNT


def _a(kind: type) -> Kind:
    return lambda value: isinstance(value, kind)


def _or_nothing(kind: Kind) -> Kind:
    return lambda value: value is None or kind(value)


def holding(**fields: Kind) -> Kind:
    """Return the kind of an object that holds these fields at least."""
    return lambda value: (
        isinstance(value, dict) and all(kind(value.get(name)) for name, kind in fields.items())
    )


STORES: Final[Mapping[str, Mapping[str, Kind]]] = {
    "area": {"shape": _or_nothing(_a(dict)), "origin": word, "label": word},
    "closures": {"items": _a(list)},
    "needs": {"items": _a(list), "shown": _counted},
    "when": {"asked_at": text, "by_at": text, "include_inside": _a(bool)},
    "travel": {"asked": _a(dict)},
}
"""What each store of a question holds at least; what is inside is read, and refused, where it is used."""

DRAWN: Final = holding(purpose=word, feature=holding(geometry=_or_nothing(_a(dict))))

DATA: Final[Mapping[str, Kind]] = {
    **{name: holding(**fields) for name, fields in STORES.items()},
    "shown": _or_nothing(holding(**{name: holding(**fields) for name, fields in STORES.items()})),
    "saved": _or_nothing(holding(id=word, key=word)),
    "about": _or_nothing(holding(incident=text, same=_a(bool), counties=words)),
    "told": _or_nothing(holding(words=word, key=word)),
    "coverage-asked": _or_nothing(holding(search=word)),
    "coverage-points": _or_nothing(holding(name=word, text=word)),
    "coverage-more": _or_nothing(holding(search=word)),
    "drawn": _or_nothing(DRAWN),
    "sc-drawn": _or_nothing(DRAWN),
    "exercise-key": text,
    "oversize": _or_nothing(holding(name=word, bytes=_counted)),
    "coverage-oversize": _or_nothing(holding(name=word, bytes=_counted)),
    "appoint-company": options,
    "audit-company": options,
    "county-measure": groups,
    "declaration-counties": groups,
    "fitted": text,
    "old": yes_no,
    "picked": text,
    "standing": text,
}
"""What stores hold, and the choices that fields hand back with what is typed into them."""

PROPERTIES: Final[Mapping[str, Kind]] = {
    "checked": yes_no,
    "contents": text,
    "modified_timestamp": count,
    "filename": text,
    "id": identity,
    "n_clicks": count,
    "n_intervals": count,
    "pathname": text,
    "search": text,
    "searchValue": text,
}
"""The properties that say by themselves what they hold."""

CHOSEN: Final = """
appoint-counties area-counties closure-classes closure-profiles declaration-counties layer-sectors sc-close-counties
sc-cut-kinds sc-lost-companies sc-lost-counties sc-lost-sectors sr-counties token-actions
"""
NUMBERS: Final = (
    "circle-radius closure-factor condition contact-number need-quantity objective-number sc-close-factor sc-cut-share "
    "sc-bridges-km sc-drawn-factor sc-roads-km sc-weather sr-after sr-hours sr-nearest sr-within token-days"
)
TEXTS: Final = """
add-full-name add-name app-code appoint-company appoint-region appoint-role appoint-sector area-text asked-at
audit-account audit-action audit-company audit-since audit-until by-at circle-centre closure-bridge closure-effect
closure-from closure-name closure-reason closure-text closure-until contact-email contact-name contact-organisation
compare-counted compare-limit compare-sector
beside-counted beside-limit beside-sector
contact-phone county-measure coverage-counted coverage-kept coverage-limit coverage-listings coverage-need coverage-region coverage-sector coverage-shows coverage-versus
declaration-authority
declaration-from declaration-instrument declaration-number declaration-until end-reason exercise-about exercise-name exercise-scenario
incident-kind incident-name inject-by inject-expected inject-happens inject-objective inject-patch inject-receiver
inject-sender inject-time inject-title live-field log-words objective-capability objective-measures objective-words
observe-of observe-rating observe-words person-account person-part
link-issuer link-stranger link-subject measure need-kind purpose purpose-own reach-of records-reason sc-bridges sc-close-effect sc-closures
sc-drawn-companies sc-drawn-roads
sc-demand sc-parent sc-reason sc-title sc-waiver-as sc-waiver-of sr-as sr-incident sr-need sr-same
sv-a sv-b sv-need shows-name
shows-place sign staging-name staging-place token-label vehicle waiver-authority waiver-from waiver-number
waiver-relief waiver-until
"""

VALUES: Final[Mapping[str, Kind]] = {
    **dict.fromkeys(CHOSEN.split(), chosen),
    **dict.fromkeys(NUMBERS.split(), number),
    **dict.fromkeys(TEXTS.split(), text),
}
"""What is chosen or typed in a field, by its id; of several of one type, by that type."""


def kind_of(identified: str, of: str) -> Kind | None:
    """Return the kind of what a component's property holds; None where nobody said."""
    if of in PROPERTIES:
        return PROPERTIES[of]
    named = str(json.loads(identified).get("type")) if identified.startswith("{") else identified
    if of == "value":
        return VALUES.get(named.removesuffix(TURN))
    if of != "data":
        return None
    return text if named.endswith(WORK) else DATA.get(named)


def part_fits(of: object, name: str, part: object) -> bool:
    """Return whether a part of a button's id may be what it is, for a button of type `of`."""
    if f"{of}.{name}" not in NUMBERED:
        return isinstance(part, str | int | float)
    said = str(part) if isinstance(part, str | int) else ""
    return said.isascii() and said.isdigit() and len(said) <= MOST_DIGITS


def refuse_untyped(callbacks: Mapping[str, Mapping[str, Any]]) -> None:
    """Refuse to start while an input of a callback that the server answers has no kind.

    Raises
    ------
    WebError
        Nobody said what an input holds.
    """
    missing = {
        f"{row['id']}.{row['property']}"
        for known in callbacks.values()
        if "callback" in known
        for row in (*known["inputs"], *known["state"])
        if kind_of(row["id"], row["property"]) is None
    }
    if missing:
        raise WebError(
            "The server does not start: nobody said what an input of a page holds",
            given=", ".join(sorted(missing)),
            wanted="a kind for each input of a callback",
            todo="add it to dashboard/values.py",
        )
