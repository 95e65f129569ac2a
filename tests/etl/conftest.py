"""What provider lists are read against in tests: the shipped facts, and a database that has them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from etl.load import load_counties, load_reference, load_roads
from etl.sources.reference import read_taxonomies
from etl.sources.vocabulary import Vocabulary
from geo.counties import read_counties
from geo.gazetteer import read_gazetteer
from registry.db.engine import engine, session_scope
from registry.directory.kinds import Taxonomy

DATA = Path(__file__).resolve().parents[2] / "data"
TODAY = dt.date(2026, 11, 20)


@pytest.fixture(scope="session")
def counties():
    return read_counties(DATA / "counties" / "counties.parquet")


@pytest.fixture(scope="session")
def gazetteer():
    return read_gazetteer(DATA / "gazetteer")


@pytest.fixture(scope="session")
def taxonomy():
    _, _, attributes, kinds = read_taxonomies(DATA)
    return Taxonomy(
        {kind.code: kind for kind in kinds}, {attribute.code: attribute for attribute in attributes}
    )


@pytest.fixture(scope="session")
def words(counties, taxonomy):
    sectors, *_ = read_taxonomies(DATA)
    return Vocabulary(taxonomy, {sector.code: sector.name for sector in sectors}, counties, TODAY)


@pytest.fixture(scope="session")
def furnished(clone, template):
    """Name a database with counties, words and roads but no companies, for this worker to clone."""
    with clone(template) as url:
        with session_scope(url) as session:
            load_counties(session, DATA)
            load_reference(session, DATA)
            load_roads(session, DATA)
        engine(url).dispose()
        yield url.split("?")[0].rsplit("/", 1)[1]


@pytest.fixture
def registry_url(clone, furnished):
    """Give the URL of a database with counties, words and roads, of this test alone."""
    with clone(furnished) as url:
        yield url
