"""What a scenario holds, in words: a line for each change, as the list and its own page say it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from matching.scenarios.changes import WHOLE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from geo.closures import Closure
    from geo.counties import Counties
    from matching.scenarios.changes import Changes, Cut, Waiver, Weather, Who
    from matching.scenarios.patch import Patch
    from registry.directory.listing import Listing

NAMED = 6
"""Closures that are named; of more the others are counted."""


@dataclass(frozen=True)
class Names:
    """What counties, sectors, kinds, vehicles, companies and assets are called, by their codes and ids."""

    counties: Counties
    sectors: Mapping[str, str]
    kinds: Mapping[str, str]
    vehicles: Mapping[str, str]
    companies: Mapping[str, str] = field(default_factory=dict)
    assets: Mapping[str, str] = field(default_factory=dict)

    def county(self, fips: str) -> str:
        """Return what a county is called."""
        return self.counties.label(self.counties.index(fips)) if fips in self.counties.fips else fips

    def lines(self, patch: Patch) -> list[str]:
        """Return a patch as lines: what holds from the beginning, then each inject with its moment."""
        found = self.changes(patch.changes)
        for inject in patch.injects:
            hours = f"{inject.after_s / 3600:g} h"
            found += [f"After {hours}, {inject.name}: {line}" for line in self.changes(inject.changes)]
        return found

    def changes(self, changes: Changes) -> list[str]:
        """Return one set of changes as lines."""
        return [
            *_roads(changes.closures),
            *map(_weather, changes.weather),
            *[f"Bridge lost: {each}" for each in changes.bridges],
            *[f"Lost: {self._who(each)}" for each in changes.lost],
            *[f"Closed: {self._who(each)}" for each in changes.closed],
            *map(self._cut, changes.cuts),
            *map(self._waiver, changes.waivers),
            *[f"Needed more: {each}" for each in changes.demand],
        ]

    def _who(self, who: Who) -> str:
        if who.provider:
            return self.companies.get(who.provider, "a company whose name is closed")
        sector = self.sectors.get(who.sector, who.sector)
        where = self.county(who.county) if who.county else "" if who.within else "the whole State"
        drawn = "the drawn area" if who.within else ""
        return f"{sector or 'every sector'}, {' and '.join(filter(None, (where, drawn)))}"

    def _cut(self, cut: Cut) -> str:
        what = (
            self.kinds.get(cut.kind, cut.kind)
            if cut.kind
            else self.assets.get(cut.asset, "an asset whose name is closed")
        )
        lost = f"{cut.units:,} units of each" if cut.units else f"{cut.share * 100 / WHOLE:g} %"
        return f"Cut: {what}, {lost} lost"

    def _waiver(self, waiver: Waiver) -> str:
        vehicle = self.vehicles.get(waiver.profile, waiver.profile)
        if waiver.travels_as:
            return f"Waiver: {vehicle} travels as {self.vehicles.get(waiver.travels_as, waiver.travels_as)}"
        lifted = "every restriction" if "all" in waiver.lifts else ", ".join(waiver.lifts)
        return f"Waiver: {lifted} lifted for {vehicle}"


def companies_called(rows: Iterable[Listing]) -> dict[str, str]:
    """Return what companies are called by their ids, of those that show their names; of one name each with its county."""
    shown = {row.provider_id: row for row in rows if row.shows_name}
    often = Counter(row.provider_name for row in shown.values())
    return {
        provider_id: row.provider_name
        if often[row.provider_name] == 1
        else f"{row.provider_name}, {row.county_name}"
        for provider_id, row in shown.items()
    }


def assets_called(rows: Iterable[Listing]) -> dict[str, str]:
    """Return what assets are called by their ids, with their company, of those that show their names and places."""
    return {
        row.asset_id: f"{row.asset_name}, {row.provider_name}"
        for row in rows
        if row.shows_name and row.shows_place == "exact"
    }


def _roads(closures: Sequence[Closure]) -> list[str]:
    found = []
    for word, some in (
        ("Blocked", [each for each in closures if each.effect == "blocked"]),
        ("Slowed", [each for each in closures if each.effect == "slowed"]),
    ):
        if some:
            names = [each.name or each.key for each in some]
            more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
            found.append(f"{word}, {len(names)}: {'; '.join(names[:NAMED])}{more}")
    return found


def _weather(weather: Weather) -> str:
    roads = ", ".join(weather.classes) if weather.classes else "all roads"
    return f"Weather: {roads} take {weather.factor:g} times as long"
