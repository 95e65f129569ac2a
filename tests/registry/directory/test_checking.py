"""Records that cannot be written are refused in a sentence, before the database sees them."""

from __future__ import annotations

import dataclasses

import pytest

from registry.directory.checking import check_asset, check_providers, check_site
from registry.directory.kinds import Taxonomy
from registry.directory.records import ContactRecord, ProprietaryRecord
from registry.errors import RegistryError
from tests.registry.hand import ATTRIBUTES, KINDS, asset, provider, site

TAXONOMY = Taxonomy({kind.code: kind for kind in KINDS}, {each.code: each for each in ATTRIBUTES})
COUNTIES = {"29097", "29037"}
SECTORS = {"energy", "water"}


def check(*records):
    check_providers(records, TAXONOMY, SECTORS, COUNTIES)


def test_a_whole_provider_passes():
    check(provider("p1"), provider("p2"))


@pytest.mark.parametrize(
    ("given", "title"),
    [
        ({"quantity": -3}, "The quantity cannot be kept"),
        ({"quantity": 1.5}, "The quantity cannot be kept"),
        ({"quantity": True}, "The quantity cannot be kept"),
        ({"quantity": 10**12}, "The quantity cannot be kept"),
        ({"quantity": None}, "The quantity cannot be kept"),
        ({"mobilisation_s": -1}, "The mobilisation time in seconds cannot be kept"),
        ({"status": "perhaps"}, "The status is not known"),
        ({"delivery": "by dragon"}, "The delivery is not known"),
        ({"kind": "dragon"}, "The kind of an asset is not known"),
        ({"attributes": {"gpm": 5}}, "Generator, portable has no attribute 'gpm'"),
        ({"attributes": {"kw": "many"}}, "The attribute kw has a value it cannot hold"),
        ({"max_days": 0}, "The number of days cannot be kept"),
        ({"name": " "}, "The name cannot be kept"),
        ({"name": "a\0b"}, "The name cannot be kept"),
        ({"external_key": ""}, "The external key cannot be kept"),
        ({"licence": "MO-1"}, "Only services and volunteers have a licence"),
        ({"hours": "24/7"}, "Only services and volunteers have hours"),
        ({"team_size": 4}, "Only services and volunteers have a team size"),
        ({"kind": "line_crew", "attributes": {}, "team_size": 0}, "The team size cannot be kept"),
        ({"proprietary": ProprietaryRecord(price_basis="gold")}, "The price basis is not one"),
    ],
)
def test_an_asset_that_cannot_be_is_refused_by_name(given, title):
    with pytest.raises(RegistryError) as refusal:
        check_asset(asset(**{"name": "Towable generator", **given}), TAXONOMY, of="site 'Yard'")
    assert refusal.value.title == title
    assert "site 'Yard'" in refusal.value.given
    assert refusal.value.wanted
    assert refusal.value.todo


def test_services_and_volunteers_carry_licence_team_size_and_hours():
    crew = asset(kind="line_crew", attributes={}, licence="MO-1", team_size=4, hours="24/7")
    assert check_asset(crew, TAXONOMY) == {}


@pytest.mark.parametrize(
    ("given", "title"),
    [
        ({"lat": 91.0}, "The latitude is not one"),
        ({"lon": float("nan"), "county_fips": "29097"}, "The longitude is not one"),
        ({"county_fips": "20037"}, "The county is not known"),
        ({"geocode_quality": "guess"}, "The geocode quality is not known"),
        ({"geocode_accuracy_m": -1.0}, "The accuracy is not a length"),
        ({"geocode_accuracy_m": float("inf")}, "The accuracy is not a length"),
        ({"zip_code": "648"}, "The ZIP code is not one"),
        ({"zip_code": "٦٤٨٠١"}, "The ZIP code is not one"),
        ({"name": ""}, "The name cannot be kept"),
    ],
)
def test_a_site_that_cannot_be_is_refused_by_name(given, title):
    with pytest.raises(RegistryError) as refusal:
        check_site(site(**given), COUNTIES, of="provider 'P'")
    assert refusal.value.title == title
    assert "provider 'P'" in refusal.value.given


@pytest.mark.parametrize(
    ("given", "title"),
    [
        ({"sector": "magic"}, "The sector is not known"),
        ({"source": ""}, "The source cannot be kept"),
        ({"max_consecutive_days": 0}, "The number of consecutive days cannot be kept"),
    ],
)
def test_a_provider_that_cannot_be_is_refused_by_name(given, title):
    with pytest.raises(RegistryError) as refusal:
        check(provider("p1", **given))
    assert refusal.value.title == title
    assert "Company p1" in refusal.value.given


def test_the_same_provider_twice_in_a_batch_is_refused():
    with pytest.raises(RegistryError, match="same key comes twice"):
        check(provider("p1"), provider("p1"))


def test_the_same_site_or_asset_twice_is_refused():
    with pytest.raises(RegistryError, match="same key comes twice"):
        check(provider("p1", sites=(site("s"), site("s"))))
    with pytest.raises(RegistryError, match="same key comes twice"):
        check(provider("p1", sites=(site("s", assets=(asset("a"), asset("a"))),)))


def test_a_refusal_never_shows_a_contact_or_confidential_terms():
    canary = "canary\0" + "x" * 600
    contact = ContactRecord(phone=canary)
    terms = asset(proprietary=ProprietaryRecord(notes=canary, price_basis=None))
    price = asset(proprietary=ProprietaryRecord(price_basis="canary dollars"))
    for record in (
        provider("p1", contact=contact),
        provider("p1", sites=(site(assets=(terms,)),)),
        provider("p1", sites=(site(assets=(price,)),)),
    ):
        with pytest.raises(RegistryError) as refusal:
            check(record)
        assert "canary" not in str(refusal.value)


def test_records_do_not_print_what_is_protected():
    record = provider("p1", sites=(site(assets=(asset(proprietary=ProprietaryRecord(notes="canary")),)),))
    assert "canary" not in repr(record).lower()
    assert dataclasses.asdict(record)["contact"]["email"] == "canary@example.org"
