"""Records checked before they are written, so that a refusal is a sentence and not a database's message."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from registry.directory.listing import DELIVERIES, GEOCODE_QUALITIES, PLACES_SHOWN, STATUSES
from registry.directory.records import PRICE_BASES
from registry.errors import RegistryError
from registry.wording import storable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from registry.directory.kinds import Taxonomy, Value
    from registry.directory.records import AssetRecord, ProviderRecord, SiteRecord

TEXT_LIMIT = 500
"""Longest name, address or hours, in characters."""
ACCURACY_LIMIT_M = 1_000_000
QUANTITY_LIMIT = 10**9
MOBILISATION_LIMIT_S = 366 * 86_400
DAYS_LIMIT = 3_660
_PEOPLE = ("services", "volunteers")


def check_providers(
    records: Iterable[ProviderRecord],
    taxonomy: Taxonomy,
    sectors: Collection[str],
    counties: Collection[str],
) -> None:
    """Refuse the first record that cannot be written: whole batches are taken, or none of it.

    Raises
    ------
    RegistryError
        It names the record, what was given and what was wanted; never a contact or a proprietary field.
    """
    seen: set[tuple[str, str]] = set()
    for record in records:
        check_provider(record, taxonomy, sectors, counties)
        _check_once((record.source, record.external_key), seen, f"provider {record.name!r}")


def check_provider(
    record: ProviderRecord, taxonomy: Taxonomy, sectors: Collection[str], counties: Collection[str]
) -> None:
    """Refuse a provider, or the first of its sites and assets, that cannot be written.

    Raises
    ------
    RegistryError
        It names the record, what was given and what was wanted.
    """
    who = f"provider {record.name!r}"
    for label, words in (
        ("source", record.source),
        ("external key", record.external_key),
        ("name", record.name),
    ):
        _check_text(label, words, who, needed=True)
    _check_word("sector", record.sector, sectors, who)
    _check_number("number of consecutive days", record.max_consecutive_days, who, least=1, most=DAYS_LIMIT)
    if record.shows_place is not None:
        _check_word("place shown before a declaration", record.shows_place, PLACES_SHOWN, who)
    if record.contact is not None:
        for label, words in vars(record.contact).items():
            _check_protected_text(label, words, who)
    seen: set[tuple[str, str]] = set()
    for site in record.sites:
        where = f"site {site.name!r} of {who}"
        check_site(site, counties, of=who)
        _check_once(("", site.external_key), seen, where)
        keys: set[tuple[str, str]] = set()
        for asset in site.assets:
            check_asset(asset, taxonomy, of=where)
            _check_once(("", asset.external_key), keys, f"asset {asset.name!r} of {where}")


def check_site(site: SiteRecord, counties: Collection[str], *, of: str = "the record") -> None:
    """Refuse a site that cannot be written; `of` names whose it is.

    Raises
    ------
    RegistryError
        It names the site, what was given and what was wanted.
    """
    where = f"site {site.name!r} of {of}"
    _check_text("external key", site.external_key, where, needed=True)
    _check_text("name", site.name, where, needed=True)
    _check_text("geocode source", site.geocode_source, where, needed=True)
    _check_text("address", site.address, where)
    _check_text("town", site.town, where)
    zip_code = site.zip_code
    if zip_code and not (len(zip_code) == 5 and zip_code.isascii() and zip_code.isdigit()):  # noqa: PLR2004
        raise _refusal("The ZIP code is not one", zip_code, "five digits, or nothing", where)
    _check_word("county", site.county_fips, counties, where)
    _check_word("geocode quality", site.geocode_quality, GEOCODE_QUALITIES, where)
    for label, value, limit in (("longitude", site.lon, 180.0), ("latitude", site.lat, 90.0)):
        if not (_is_number(value) and abs(value) <= limit):
            raise _refusal(
                f"The {label} is not one", value, f"degrees from {-limit:g} to {limit:g} (EPSG:4326)", where
            )
    if not (_is_number(site.geocode_accuracy_m) and 0 <= site.geocode_accuracy_m <= ACCURACY_LIMIT_M):
        raise _refusal(
            "The accuracy is not a length",
            site.geocode_accuracy_m,
            f"metres, from 0 to {ACCURACY_LIMIT_M:,}",
            where,
        )


def check_asset(asset: AssetRecord, taxonomy: Taxonomy, *, of: str = "the record") -> dict[str, Value]:
    """Return the asset's attributes as they are stored; refuse an asset that cannot be written.

    Raises
    ------
    RegistryError
        It names the asset, what was given and what was wanted.
    """
    where = f"asset {asset.name!r} of {of}"
    _check_text("external key", asset.external_key, where, needed=True)
    _check_text("name", asset.name, where, needed=True)
    _check_number("quantity", asset.quantity, where, least=0, most=QUANTITY_LIMIT, needed=True)
    _check_number(
        "mobilisation time in seconds",
        asset.mobilisation_s,
        where,
        least=0,
        most=MOBILISATION_LIMIT_S,
        needed=True,
    )
    _check_number("number of days", asset.max_days, where, least=1, most=DAYS_LIMIT)
    _check_word("status", asset.status, STATUSES, where)
    _check_word("delivery", asset.delivery, DELIVERIES, where)
    try:
        attributes = taxonomy.check(asset.kind, asset.attributes)
    except RegistryError as refusal:
        raise RegistryError(
            refusal.title, given=f"{refusal.given}, for {where}", wanted=refusal.wanted, todo=refusal.todo
        ) from refusal
    _check_people(asset, taxonomy.kinds[asset.kind].asset_class, where)
    _check_proprietary(asset, where)
    return attributes


def _check_people(asset: AssetRecord, asset_class: str, where: str) -> None:
    given = {
        "licence": asset.licence,
        "team size": asset.team_size,
        "hours": asset.hours,
    }
    if asset_class not in _PEOPLE:
        for label, value in given.items():
            if value is not None:
                raise _refusal(
                    f"Only services and volunteers have a {label}"
                    if label != "hours"
                    else "Only services and volunteers have hours",
                    value,
                    f"nothing, since {asset.kind} is {asset_class}",
                    where,
                )
    _check_number("team size", asset.team_size, where, least=1, most=QUANTITY_LIMIT)
    for label, words in (("licence", asset.licence), ("hours", asset.hours)):
        if words is not None:
            _check_text(label, words, where, needed=True)


def _check_proprietary(asset: AssetRecord, where: str) -> None:
    if asset.proprietary is None:
        return
    _check_protected_text("conditions", asset.proprietary.conditions, where)
    _check_protected_text("notes", asset.proprietary.notes, where)
    if asset.proprietary.price_basis not in {None, *PRICE_BASES}:
        raise _refusal(
            "The price basis is not one",
            "another word",
            f"one of {', '.join(PRICE_BASES)}, or nothing",
            where,
        )


def _check_once(key: tuple[str, str], seen: set[tuple[str, str]], where: str) -> None:
    if key in seen:
        raise _refusal("The same key comes twice", key[1], "one record for each key", where)
    seen.add(key)


def _check_text(label: str, words: object, where: str, *, needed: bool = False) -> None:
    if (
        not isinstance(words, str)
        or not storable(words)
        or len(words) > TEXT_LIMIT
        or (needed and not words.strip())
    ):
        shown = words[:40] if isinstance(words, str) else words
        least = 1 if needed else 0
        raise _refusal(
            f"The {label} cannot be kept", shown, f"text of {least} to {TEXT_LIMIT} characters", where
        )


def _check_protected_text(label: str, words: object, where: str) -> None:
    """Refuse such a text without showing it."""
    if not isinstance(words, str) or not storable(words) or len(words) > TEXT_LIMIT:
        raise _refusal(
            f"The {label} cannot be kept",
            "a text that is not shown here",
            f"at most {TEXT_LIMIT} characters",
            where,
        )


def _check_word(label: str, word: str, known: Collection[str], where: str) -> None:
    if word not in known:
        raise _refusal(f"The {label} is not known", word, _choice(label, known), where)


def _choice(label: str, known: Collection[str]) -> str:
    if label == "county":
        return (
            "the five-digit FIPS of one of the counties loaded"
            if known
            else "counties, which are not loaded yet"
        )
    return f"one of {', '.join(sorted(known))}" if known else f"a {label}, of which none are loaded yet"


def _check_number(
    label: str, value: object, where: str, *, least: int, most: int, needed: bool = False
) -> None:
    if value is None and not needed:
        return
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise _refusal(f"The {label} cannot be kept", value, f"a whole number from {least} to {most}", where)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < math.inf


def _refusal(title: str, given: object, wanted: str, where: str) -> RegistryError:
    return RegistryError(
        title, given=f"{given!r} for {where}", wanted=wanted, todo="correct it and load the whole again"
    )
