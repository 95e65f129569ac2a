"""Points of street addresses from the U.S. Census geocoder's batch service; asked only on the user's word.

The service is free, takes 10,000 addresses at a time, and is sometimes slow or away. So every call has a total
time limit, a failed one is tried again after a growing pause, and whatever stays unanswered is said and left to
the offline gazetteer: a load never fails because of it.
"""

from __future__ import annotations

import csv
import io
import math
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import requests

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from etl.sources.geocoding import Address

CENSUS_URL = "https://geocoding.geo.census.gov/geocoder/locations/addressbatch"
BENCHMARK = "Public_AR_Current"
MAX_ANSWER_BYTES = 20_000_000
EXACT_M = 100.0
"""Assumed accuracy in metres of an exact match: the service interpolates house numbers along a block's side."""
INEXACT_M = 300.0
"""Assumed accuracy in metres when the service had to correct the address to match it."""
WORTH_RETRYING = frozenset({408, 425, 429, 500, 502, 503, 504})
MATCH_COLUMNS = 6


@dataclass(frozen=True)
class Hit:
    """A point (EPSG:4326) that the service found, with its assumed accuracy in metres."""

    lon: float
    lat: float
    accuracy_m: float


@dataclass(frozen=True)
class CensusAnswer:
    """One hit or None per address asked, and sentences about what went unanswered."""

    hits: tuple[Hit | None, ...]
    notes: tuple[str, ...]


class _AwayError(Exception):
    """The service gave no usable answer; the text says which way, and `again` whether to try once more."""

    def __init__(self, words: str, *, again: bool) -> None:
        super().__init__(words)
        self.again = again


@dataclass(frozen=True)
class CensusGeocoder:
    """The batch service of the U.S. Census Bureau.

    Parameters
    ----------
    url, benchmark
        Where it is asked, and by which address ranges.
    timeout_s
        Total seconds for one call, answer included.
    tries
        Calls per batch before it is given up.
    pause_s
        Seconds before the second call; doubled before each further one.
    batch
        Addresses per call; the service takes 10,000, smaller ones answer sooner and lose less.
    sleep
        How to wait; tests pass their own.
    """

    url: str = CENSUS_URL
    benchmark: str = BENCHMARK
    timeout_s: float = 120.0
    tries: int = 3
    pause_s: float = 2.0
    batch: int = 1_000
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)

    @property
    def source(self) -> str:
        """What a site's `geocode_source` says."""
        return f"U.S. Census geocoder, {self.benchmark}"

    def locate(
        self, addresses: Sequence[Address], progress: Callable[[str], None] | None = None
    ) -> CensusAnswer:
        """Return a hit for each address that the service knows, in the order given."""
        hits: list[Hit | None] = [None] * len(addresses)
        notes: list[str] = []
        for start in range(0, len(addresses), self.batch):
            part = addresses[start : start + self.batch]
            if progress is not None:
                progress(f"Asking the Census geocoder: {start:,} of {len(addresses):,} addresses")
            try:
                found, unread = self._ask_again(_as_batch(part))
            except _AwayError as fault:
                notes.append(f"The Census geocoder {fault}; {_instead(len(part), len(addresses))}")
                continue
            if unread:
                notes.append(f"The Census geocoder sent lines that could not be read: {unread:,}")
            silent = sum(1 for at in range(len(part)) if at not in found)
            if silent:
                notes.append(f"The Census geocoder left some out; {_instead(silent, len(addresses))}")
            for at, hit in found.items():
                if at < len(part):
                    hits[start + at] = hit
        return CensusAnswer(tuple(hits), tuple(notes))

    def _ask_again(self, batch: str) -> tuple[dict[int, Hit | None], int]:
        for attempt in range(1, self.tries + 1):
            try:
                return _read_answer(self._ask(batch))
            except _AwayError as fault:
                if not fault.again or attempt == self.tries:
                    raise
                self.sleep(self.pause_s * 2 ** (attempt - 1))
        raise _AwayError("was not asked", again=False)

    def _ask(self, batch: str) -> str:
        until = time.monotonic() + self.timeout_s
        try:
            with requests.post(
                self.url,
                data={"benchmark": self.benchmark},
                files={"addressFile": ("addresses.csv", batch, "text/csv")},
                timeout=(min(10.0, self.timeout_s), self.timeout_s),
                stream=True,
            ) as response:
                if response.status_code != requests.codes.ok:
                    again = response.status_code in WORTH_RETRYING
                    raise _AwayError(f"answered with status {response.status_code}", again=again)
                return _body(response, until)
        except requests.Timeout as fault:
            raise _AwayError(f"did not answer within {self.timeout_s:g} s", again=True) from fault
        except requests.RequestException as fault:
            raise _AwayError(f"could not be reached ({type(fault).__name__})", again=True) from fault


def _instead(count: int, total: int) -> str:
    return f"ZIP and town were used instead for {count:,} of {total:,}"


def _body(response: requests.Response, until: float) -> str:
    """Return the answer's text; a service that trickles is cut off by the clock, one that floods by its size."""
    parts: list[bytes] = []
    size = 0
    for part in response.iter_content(65_536):
        parts.append(part)
        size += len(part)
        if time.monotonic() > until:
            raise _AwayError("did not finish its answer in time", again=True)
        if size > MAX_ANSWER_BYTES:
            raise _AwayError("sent more than an answer", again=False)
    return b"".join(parts).decode("utf-8", errors="replace")


def _as_batch(addresses: Sequence[Address]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for at, address in enumerate(addresses):
        writer.writerow((at, address.street, address.city, "MO", address.zip_code))
    return text.getvalue()


def _read_answer(text: str) -> tuple[dict[int, Hit | None], int]:
    """Return what the service says per line number, and how many lines could not be read.

    Lines are `"id","address","Match","Exact","matched address","lon,lat","line","side"`, `"id","address","No_Match"`
    or `"id","address","Tie"`.
    """
    found: dict[int, Hit | None] = {}
    unread = 0
    try:
        for cells in csv.reader(io.StringIO(text)):
            try:
                if cells:
                    found[int(cells[0])] = _hit(cells)
            except (ValueError, IndexError):
                unread += 1
    except csv.Error:
        unread += 1
    if unread and not found:
        raise _AwayError("sent an answer that could not be read", again=True)
    return found, unread


def _hit(cells: list[str]) -> Hit | None:
    verdict = cells[2].strip().casefold()
    if verdict in {"no_match", "tie"}:
        return None
    if verdict != "match" or len(cells) < MATCH_COLUMNS:
        raise ValueError(verdict)
    lon, lat = (float(part) for part in cells[5].split(","))
    if not (math.isfinite(lon) and math.isfinite(lat)):
        raise ValueError(cells[5])
    exact = cells[3].strip().casefold() == "exact"
    return Hit(lon, lat, EXACT_M if exact else INEXACT_M)
