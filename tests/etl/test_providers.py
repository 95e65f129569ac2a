"""Provider lists: what is kept, what is rejected with which sentence, and what waits."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from etl.errors import EtlError
from etl.sources.columns import OTHER_NAMES, layout, read_column_map, titled
from etl.sources.providers import ProviderBatch, read_batch, read_providers
from etl.sources.rows import RowFacts, row_facts
from etl.sources.tables import table_from_bytes

SAMPLE = Path(__file__).resolve().parents[2] / "docs" / "samples" / "providers.csv"
GUIDE = SAMPLE.parents[1] / "providers.md"
HOSPITALS = Path(__file__).resolve().parents[3] / "shared" / "data" / "points" / "mo_hospitals_hifld.csv"
ROW = {
    "provider": "Shoal Rentals",
    "sector": "energy",
    "address": "1 Main St",
    "city": "Joplin",
    "zip": "64801",
    "county": "Jasper",
    "lat": "37.0842",
    "lon": "-94.5133",
    "asset": "",
    "kind": "generator_mobile_large",
    "quantity": "2",
    "mobilisation": "90 min",
    "kw": "125",
    "phase": "three",
    "confirmed_on": "2026-05-01",
    "contact_phone": "417-555-0101",
}


def as_csv(*rows, columns=None):
    text = io.StringIO()
    writer = csv.DictWriter(text, columns or list(ROW), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


@pytest.fixture
def read(gazetteer, words):
    def reader(*rows, data=None, columns=None, **options):
        table = table_from_bytes(data or as_csv(*rows, columns=columns), "list.csv")
        return read_batch(table, gazetteer, words, source="test", **options)

    return reader


def test_a_row_becomes_a_company_with_a_site_and_an_asset(read):
    batch = read(ROW)
    (record,) = batch.records
    (site,) = record.sites
    (asset,) = site.assets
    assert (record.source, record.external_key, record.name, record.sector) == (
        "test", "shoal-rentals", "Shoal Rentals", "energy",
    )  # fmt: skip
    assert not record.synthetic
    assert (site.lon, site.lat, site.county_fips, site.geocode_quality) == (
        -94.5133,
        37.0842,
        "29097",
        "given",
    )
    assert (asset.kind, asset.quantity, asset.mobilisation_s) == ("generator_mobile_large", 2, 5400)
    assert asset.attributes == {"kw": 125.0, "phase": "three"}
    assert record.contact.phone == "417-555-0101"
    assert (batch.read, batch.kept, batch.rejected, batch.waiting) == (1, 1, (), ())


def test_rows_of_one_company_and_one_place_belong_together(read):
    tower = ROW | {"kind": "light_tower", "kw": "", "phase": "", "contact_phone": ""}
    away = ROW | {"address": "9 Elm St", "city": "Carthage", "zip": "64836", "lat": "", "lon": ""}
    (record,) = read(ROW, tower, away).records
    assert [[asset.kind for asset in site.assets] for site in record.sites] == [
        ["generator_mobile_large", "light_tower"],
        ["generator_mobile_large"],
    ]


def test_a_company_alone_needs_no_asset(read):
    row = ROW | {"kind": "", "quantity": "", "mobilisation": "", "kw": "", "phase": "", "confirmed_on": ""}
    (record,) = read(row).records
    assert record.sites[0].assets == ()


def test_a_company_takes_its_sector_from_its_assets(read):
    (record,) = read(ROW | {"sector": "", "kind": "light_tower", "kw": "", "phase": ""}).records
    assert record.sector == "commercial_facilities"


def test_a_team_carries_its_licence_its_size_and_its_hours(read):
    row = {
        "company": "Line Builders", "Zip Code": "64801", "kind": "Electric line crew", "qty": "2", "lead time": "1 h",
        "license": "A 17", "team size": "5", "available hours": "24/7",
    }  # fmt: skip
    (record,) = read(row, columns=list(row)).records
    (asset,) = record.sites[0].assets
    assert (asset.licence, asset.team_size, asset.hours) == ("A 17", 5, "24/7")
    assert asset.attributes == {"licence": "A 17", "persons": 5.0}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"quantity": "-2"}, "quantity: '-2' is no quantity; write a whole number from 1 to 100,000,000"),
        ({"quantity": "2.5"}, "quantity: '2.5' is no quantity; write a whole number from 1 to 100,000,000"),
        ({"quantity": ""}, "quantity: is blank; write how many, in each"),
        ({"kind": "warp drive"}, "kind: 'warp drive' is no kind; wanted: a kind or a family of kinds"),
        ({"kind": "generator"}, "kind: 'generator' may be generator_mobile_large or generator_portable; write which"),
        ({"kind": ""}, "kind: is blank, and quantity is given; write what is listed"),
        ({"sector": "enrgy"}, "sector: 'enrgy' is no sector; write one of chemical,"),
        ({"kw": "strong"}, "kw: 'strong' is no number; write digits only, such as 150 or 2.5 in kW"),
        ({"kw": "-5"}, "kw: '-5' is negative"),
        ({"phase": "4"}, "phase: '4' is none of single, three"),
        ({"kind": "light_tower", "phase": ""}, "kw: light_tower has no attribute 'kw'; it has: lumens, fuel"),
        ({"county": "Jaspr"}, "county: county 'Jaspr' is not in Missouri"),
        ({"county": "Greene"}, "lies in Jasper county, the row says Greene county; mend one of them"),
        ({"lat": "-94.5133", "lon": "37.0842"}, "latitude and longitude look swapped"),
        ({"lon": "94.5133"}, "the minus sign of the longitude looks missing"),
        ({"lat": "39.5", "lon": "-95.5", "county": ""}, "lies outside Missouri"),
        ({"lat": ""}, "lat: is blank, and lon is given; write both or neither"),
        ({"lat": "north"}, "lat: 'north' is no coordinate; write decimal degrees, such as 37.0842"),
        ({"zip": "6480"}, "zip: '6480' is no ZIP code; write five digits, such as 64801"),
        ({"confirmed_on": "2026-02-30"}, "confirmed_on: '2026-02-30' is no date; write year-month-day"),
        ({"confirmed_on": "2026-11-21"}, "confirmed_on: 2026-11-21 lies in the future"),
        ({"mobilisation": ""}, "mobilisation: is blank; write how long until it leaves, such as 90 min"),
        ({"mobilisation": "90"}, "mobilisation: '90' is no time span"),
        ({"provider": ""}, "provider: is blank; write the company's name"),
        ({"provider": "=1+1"}, "provider: '=1+1' is a formula, which is never computed; write its value instead"),
        ({"city": "@SUM(1)"}, "city: '@SUM(1)' is a formula"),
        ({"asset": "-2+3"}, "asset: '-2+3' begins with '-', which a spreadsheet computes"),
        ({"quantity": "=2"}, "quantity: '=2' is a formula"),
        ({"lat": "=37"}, "lat: '=37' is a formula"),
    ],
)  # fmt: skip
def test_a_row_with_a_fault_is_rejected_with_its_number_and_a_sentence(read, change, sentence):
    batch = read(ROW | {"provider": "Good Rentals"}, ROW | change)
    assert [row.row for row in batch.rejected] == [3]
    assert sentence in batch.rejected[0].reason
    assert [record.name for record in batch.records] == ["Good Rentals"]
    assert (batch.read, batch.kept) == (2, 1)


def test_all_faults_of_a_row_are_told_at_once(read):
    batch = read(ROW | {"quantity": "-1", "kw": "x", "zip": "1"})
    assert len(batch.rejected) == 3
    assert (batch.read, batch.kept) == (1, 0)


def test_no_sentence_repeats_a_contact(read):
    batch = read(ROW | {"contact_phone": "call Ruth at home"}, ROW, ROW | {"contact_phone": "417-555-0199"})
    reasons = " ".join(map(str, batch.rejected))
    assert "contact_phone: cannot be read" in reasons
    assert "gives another contact_phone for the company of row 3" in reasons
    assert "Ruth" not in reasons
    assert "0199" not in reasons


def test_a_row_written_twice_is_rejected_the_second_time(read):
    batch = read(ROW, ROW)
    assert str(batch.rejected[0]) == "row 3: repeats row 2 word for word; remove one of them"
    assert batch.kept == 1


def test_an_asset_listed_twice_is_rejected_unless_it_has_a_name_of_its_own(read):
    batch = read(ROW, ROW | {"quantity": "5"})
    assert "lists the same asset as row 2" in batch.rejected[0].reason
    assert read(ROW, ROW | {"quantity": "5", "asset": "The blue ones"}).kept == 2


@pytest.mark.parametrize(("column", "other"), [("sector", "chemical"), ("lat", "37.0900"), ("zip", "64804")])
def test_rows_that_contradict_each_other_are_not_merged(read, column, other):
    site = {"address": "", "zip": ""} if column == "zip" else {}
    first = ROW | {"asset": "A"} | site | ({"zip": "64801"} if column == "zip" else {})
    batch = read(first, first | {"asset": "B", column: other})
    if column == "zip":
        assert len(batch.records[0].sites) == 2  # another ZIP is another place
        return
    assert "of row 2; write the same in both, or give each a key of its own" in batch.rejected[0].reason


def test_a_row_that_cannot_be_placed_waits_with_its_reason_and_is_no_site(read):
    batch = read(
        ROW, ROW | {"provider": "Lost", "city": "Nowhere Town", "zip": "", "lat": "", "lon": "", "county": ""}
    )
    (waiting,) = batch.waiting
    assert (waiting.row, waiting.reason) == (
        3,
        "neither a ZIP nor a town of '1 Main St, Nowhere Town' is known in Missouri",
    )
    assert waiting.raw["provider"] == "Lost"
    assert "contact_phone" not in waiting.raw
    assert [record.name for record in batch.records] == ["Shoal Rentals"]
    assert (batch.read, batch.kept, batch.rejected) == (2, 1, ())


def test_no_site_ever_lies_at_zero(read):
    batch = read(
        ROW | {"lat": "0", "lon": "0"}, ROW | {"lat": "", "lon": "", "zip": "", "city": "X", "county": ""}
    )
    assert batch.records == ()
    assert len(batch.rejected) + len(batch.waiting) == 2


def test_missing_columns_are_told_all_at_once(read):
    with pytest.raises(EtlError) as caught:
        read(data=b"name,kind,colour\nx,light_tower,red\n")
    assert "'provider', a place ('lat' and 'lon', or 'zip', or 'city'), 'quantity'" in caught.value.title
    assert caught.value.given == "the columns 'name', 'kind', 'colour'"
    assert "docs/providers.md" in caught.value.todo


def test_two_columns_of_one_meaning_are_refused(read):
    with pytest.raises(EtlError, match="mean 'zip'"):
        read(data=b"company,zip,Postal Code,sector\na,64801,64801,energy\n")


def test_a_column_that_nothing_reads_is_named_and_left_alone(read):
    batch = read(ROW | {"colour": "=1+1"}, columns=[*ROW, "colour"])
    assert batch.kept == 1
    assert batch.notes == ("Columns not used: colour",)


def test_a_workbook_reads_as_the_same_list_and_its_formulas_reject_their_rows(gazetteer, words, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(list(ROW))
    numbers = {"quantity": 2, "lat": 37.0842, "lon": -94.5133, "kw": 125, "zip": 64801}
    book.active.append(list((ROW | numbers).values()))
    book.active.append(list((ROW | numbers | {"asset": "B", "quantity": "=1+1"}).values()))
    path = tmp_path / "list.xlsx"
    book.save(path)
    batch = read_providers(path, gazetteer, words, source="test")
    assert [str(row) for row in batch.rejected] == [
        "row 3: quantity: '=1+1' is a formula, which is never computed; write its value instead"
    ]
    written = read_batch(table_from_bytes(as_csv(ROW), "list.csv"), gazetteer, words, source="test")
    assert batch.records == written.records


def test_the_sample_of_the_docs_is_taken_whole(gazetteer, words):
    batch = read_providers(SAMPLE, gazetteer, words, source="sample")
    assert (batch.read, batch.kept, batch.rejected, batch.waiting, batch.notes) == (6, 6, (), (), ())


@pytest.mark.asvs("2.1.1")
def test_the_docs_name_every_column_and_every_other_name():
    rows = [line for line in GUIDE.read_text().splitlines() if line.startswith("| ")]
    words_of_it = set(re.findall(r"\w+", " ".join(row.rpartition(" | ")[0] for row in rows)))
    assert set(OTHER_NAMES) <= words_of_it
    missing = {other for others in OTHER_NAMES.values() for other in others} - words_of_it
    assert missing <= {"organisation"}  # the British spelling needs no line of its own


@pytest.mark.shared
def test_the_hospitals_of_hifld_are_taken_whole_and_no_number_of_beds_is_made_up(gazetteer, words, taxonomy):
    mapping = read_column_map("hifld_hospitals", taxonomy.attributes)
    batch = read_providers(HOSPITALS, gazetteer, words, source="hifld", column_map=mapping)
    assert (batch.read, batch.kept, batch.rejected, batch.waiting) == (183, 183, (), ())
    assets = [asset for record in batch.records for site in record.sites for asset in site.assets]
    assert len(batch.records) == 183
    assert len(assets) == 177
    assert {asset.kind for asset in assets} == {"hospital_beds"}
    assert sum(asset.status == "closed" for asset in assets) == 9  # two closed ones have no number of beds
    assert batch.records[1].name == "Saint Luke's East Hospital"


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("BARNES-JEWISH WEST COUNTY HOSPITAL", "Barnes-Jewish West County Hospital"),
        ("CENTER OF THE OZARKS, SSM", "Center of the Ozarks, SSM"),
        ("ST. LOUIS", "St. Louis"),
    ],
)
def test_capitals_become_a_title(given_name, shown):
    assert titled(given_name) == shown


@pytest.mark.parametrize(
    ("text", "words_of_it"),
    [
        ("[columns\n", "cannot be read"),
        ('[colums]\nprovider = "name"\n', "cannot be read"),
        ('[columns]\nprovidr = "name"\n', "cannot be read"),
        ("[columns]\nprovider = 3\n", "cannot be read"),
        ('[columns]\nprovider = "name"\nzip = "plz"\n', "lacks columns that the mapping names"),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(taxonomy, tmp_path, text, words_of_it):
    path = tmp_path / "mapping.toml"
    path.write_text(text)
    with pytest.raises(EtlError, match=words_of_it):
        layout(
            table_from_bytes(b"name,city,sector\na,b,c\n", "list.csv"),
            taxonomy.attributes,
            read_column_map(str(path), taxonomy.attributes),
        )


def test_a_mapping_that_is_not_there_names_those_that_ship(taxonomy):
    with pytest.raises(EtlError) as caught:
        read_column_map("no_such_list", taxonomy.attributes)
    assert "hifld_hospitals" in caught.value.wanted


ANY_CELL = st.one_of(
    st.sampled_from(
        ["", "=1", "-1", "1e999", "Joplin", "64801", "37.08", "-94.5", "energy", "light_tower", "²", "\x00"]
    ),
    st.text(max_size=12),
)


def list_or_refusal(read, data):
    try:
        return read(data=data)
    except EtlError as refusal:
        return refusal


FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FUZZ
@given(data=st.binary(max_size=300))
@example(data=b"PK\x03\x04")
@example(data=b"\xff\xfea\x00")
def test_any_bytes_are_a_list_or_a_refusal(read, data):
    answer = list_or_refusal(read, data or b"\n")
    assert isinstance(answer, ProviderBatch) or answer.todo


@FUZZ
@given(rows=st.lists(st.lists(ANY_CELL, min_size=len(ROW), max_size=len(ROW)), min_size=1, max_size=4))
def test_any_cells_are_kept_rejected_or_waiting_and_never_lost(read, rows):
    text = io.StringIO()
    csv.writer(text).writerows([list(ROW), *rows])
    try:
        batch = read(data=text.getvalue().encode("utf-8", "surrogatepass"))
    except EtlError:
        return
    lost = {row.row for row in batch.rejected} | {row.row for row in batch.waiting}
    assert batch.kept == batch.read - len(lost)
    for record in batch.records:
        for site in record.sites:
            assert -96 < site.lon < -89
            assert 35.9 < site.lat < 40.7


@FUZZ
@given(at=st.integers(0, 10_000), to=st.integers(0, 255), cut=st.integers(0, 200))
def test_a_workbook_with_a_flipped_byte_is_a_list_or_a_refusal(read, at, to, cut):
    data = bytearray(WORKBOOK)
    data[at % len(data)] = to
    answer = list_or_refusal(read, bytes(data[: len(data) - cut]))
    assert isinstance(answer, ProviderBatch) or answer.todo


def _workbook():
    book = openpyxl.Workbook()
    book.active.append(list(ROW))
    book.active.append(list(ROW.values()))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


WORKBOOK = _workbook()


def test_a_list_without_a_header_does_not_show_its_contacts(words):
    table = table_from_bytes(b"Shoal,energy,Joplin,417-555-0101,ira@example.org\n", "list.csv")
    with pytest.raises(EtlError) as caught:
        layout(table, words.taxonomy.attributes)
    assert "Shoal" in caught.value.given
    assert "555" not in caught.value.given
    assert "ira@" not in caught.value.given


def test_what_a_row_says_prints_no_contact(words):
    found = row_facts(2, {**ROW, "contact_name": "Ira Sample"}, words)
    assert isinstance(found, RowFacts)
    assert "Ira" not in repr(found)
    assert "555" not in repr(found)


def test_what_may_be_seen_before_a_declaration_is_read_and_silence_stays_silence(read):
    (silent,) = read(ROW).records
    assert (silent.shows_name, silent.shows_place) == (None, None)
    columns = [*ROW, "shows_name", "show_place"]
    (said,) = read({**ROW, "shows_name": "yes", "show_place": "ZIP"}, columns=columns).records
    assert (said.shows_name, said.shows_place) == (True, "zip")
    (refused,) = read({**ROW, "shows_name": "yes", "show_place": "street"}, columns=columns).rejected
    assert "none of no, zip, exact" in refused.reason
