"""Which class of public record each field is, and by which provision a class may be withheld: one table.

Every provision is our reading of RSMo 610.021 and not a ruling: the office's counsel decides, and corrects it here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Mapping

ClassName = Literal["open", "submitted", "contact", "confidence", "response", "security"]

CLASS_NAMES: Final[tuple[ClassName, ...]] = get_args(ClassName)


@dataclass(frozen=True)
class RecordsClass:
    """A class of records: what belongs to it, and the provision by which it may be withheld (empty: it is open)."""

    meaning: str
    provision: str


CLASSES: Final[Mapping[ClassName, RecordsClass]] = {
    "open": RecordsClass("kept by the office about its own work; given to whoever asks", ""),
    "submitted": RecordsClass(
        "what a company told of itself voluntarily; withheld until a review opens it", "RSMo 610.021(19)"
    ),
    "contact": RecordsClass("whom to call at a company", "RSMo 610.021(19)"),
    "confidence": RecordsClass(
        "what a company told in confidence: terms, conditions, notes", "RSMo 610.021(14) with 417.453"
    ),
    "response": RecordsClass("how the office prepares for and answers an incident", "RSMo 610.021(18)"),
    "security": RecordsClass("what would help somebody into the system", "RSMo 610.021(21)"),
}
"""What each class means, and why it may be withheld, as we read the statute."""

REVIEWED: Final[ClassName] = "submitted"
"""The only class that a review can open."""

TABLE: Final = """
registry.providers          open       id source external_key synthetic created_at updated_at
registry.providers          submitted  name sector max_consecutive_days shows_name shows_place shows_by_company
registry.sites              open       id provider_id external_key created_at updated_at
registry.sites              submitted  name address town zip_code county_fips lon lat point geocode_quality
registry.sites              submitted  geocode_source geocode_accuracy_m network_hash edge offset_m access_m
registry.assets             open       id site_id external_key created_at updated_at
registry.assets             submitted  kind asset_class name attributes quantity mobilisation_s status confirmed_on
registry.assets             submitted  delivery operator max_days licence team_size hours
protected.contacts          open       id provider_id updated_at
protected.contacts          contact    person phone email
protected.proprietary       open       id provider_id asset_id updated_at
protected.proprietary       confidence price_basis conditions notes
registry.incidents          open       id name kind status asked_at by_at created_at updated_at saved_by
registry.incidents          response   include_inside needs travel
registry.incident_areas     open       incident_id version origin created_at
registry.incident_areas     response   geometry
registry.incident_closures  open       incident_id key position source
registry.incident_closures  response   effect factor geometry name reason starts_at ends_at crossing classes profiles bridge
runs.snapshots              open       content_hash listings made_at
runs.snapshots              submitted  bytes
runs.runs                   open       id kind snapshot_hash network_hash ground_hash code_version seed result_hash
runs.runs                   open       account_id parent_id job_id made_at
runs.runs                   response   patch parameters result label counties
runs.jobs                   open       id kind snapshot_hash network_hash seed account_id parent_id state fraction starts
runs.jobs                   open       asked_at started_at ended_at cancel_asked_at
runs.jobs                   response   patch parameters label counties sentence refusal
trust.declarations          open       id instrument number authority counties starts_at ends_at extends recorded_by
trust.declarations          open       recorded_at confirmed_by confirmed_at ended_by ended_at end_reason
trust.waivers               open       id number authority relief starts_at ends_at recorded_by recorded_at
trust.events                open       seq at account_id action incident_id declaration_id
trust.events                submitted  provider_id purpose
trust.events                security   login session_id request_id detail prev_hash hash
trust.record_reviews        open       id provider_id decision reason submitted_at decided_by decided_at
"""


def read_classes(text: str) -> dict[str, dict[str, ClassName]]:
    """Return the class of each field, by table and column.

    Raises
    ------
    ValueError
        A class is not known, or a field stands twice.
    """
    found: dict[str, dict[str, ClassName]] = {}
    for line in text.strip().splitlines():
        table, word, *fields = line.split()
        named = next((name for name in CLASS_NAMES if name == word), None)
        held = found.setdefault(table, {})
        if named is None or set(fields) & set(held) or len(set(fields)) != len(fields):
            msg = f"a line names a known class, and each field of a table stands once: {line}"
            raise ValueError(msg)
        held.update(dict.fromkeys(fields, named))
    return found


FIELDS: Final[Mapping[str, Mapping[str, ClassName]]] = read_classes(TABLE)
"""The class of each field, by table and column."""


def is_given(records_class: ClassName, *, opened: bool) -> bool:
    """Return whether a field of that class goes to whoever asks; `opened`: a review opened the company's records."""
    return not CLASSES[records_class].provision or (opened and records_class == REVIEWED)
