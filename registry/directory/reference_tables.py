"""The tables of public facts: counties, regions, sectors, lifelines, kinds and attributes."""

from __future__ import annotations

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from registry.db.base import EPSG, Base, at_least, not_blank, one_of
from registry.directory.kinds import ASSET_CLASSES, ATTRIBUTE_TYPES


class CountyRow(Base):
    """One of the 114 counties, or the City of St. Louis."""

    __tablename__ = "counties"
    __table_args__ = (
        CheckConstraint("fips ~ '^29[0-9]{3}$'", name="fips_of_missouri"),
        not_blank("name"),
        at_least("population_2020", 0),
        Index(None, "geometry", postgresql_using="gist"),
        {"comment": "The 114 counties of Missouri and the City of St. Louis"},
    )

    fips: Mapped[str] = mapped_column(primary_key=True, comment="Five digits, a string")
    name: Mapped[str] = mapped_column(comment="Jasper; two counties may share a name (St. Louis)")
    legal_name: Mapped[str] = mapped_column(comment="Jasper County")
    seat: Mapped[str]
    seat_lon: Mapped[float]
    seat_lat: Mapped[float]
    population_2020: Mapped[int] = mapped_column(comment="Census 2020")
    geometry: Mapped[WKBElement] = mapped_column(Geometry("MULTIPOLYGON", srid=EPSG, spatial_index=False))


class RegionVersionRow(Base):
    """One edition of SEMA's regions; published lists disagree, so an edition says where it is from."""

    __tablename__ = "region_versions"
    __table_args__ = (
        not_blank("version"),
        Index(
            "uq_region_versions_active",
            "active",
            unique=True,
            postgresql_where=text("active"),
        ),
        {"comment": "Editions of SEMA's regions; one is in use"},
    )

    version: Mapped[str] = mapped_column(primary_key=True)
    active: Mapped[bool] = mapped_column(server_default=text("false"))


class RegionRow(Base):
    """One of SEMA's regions in one edition."""

    __tablename__ = "regions"
    __table_args__ = (not_blank("code"), {"comment": "SEMA's regions A to I, by edition"})

    version: Mapped[str] = mapped_column(
        ForeignKey(RegionVersionRow.version, ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="", comment="What the edition's sources leave open")


class CountyRegionRow(Base):
    """The region of a county in one edition, with the evidence for it."""

    __tablename__ = "county_regions"
    __table_args__ = (
        ForeignKeyConstraint(["version", "region"], [RegionRow.version, RegionRow.code], ondelete="CASCADE"),
        {"comment": "The region of each county, by edition"},
    )

    version: Mapped[str] = mapped_column(primary_key=True)
    fips: Mapped[str] = mapped_column(ForeignKey(CountyRow.fips), primary_key=True)
    region: Mapped[str]
    evidence: Mapped[str] = mapped_column(server_default="", comment="Where the county is said to be in it")


class SectorRow(Base):
    """A critical-infrastructure sector: CISA's sixteen and what the State adds."""

    __tablename__ = "sectors"
    __table_args__ = (not_blank("code"), not_blank("name"), {"comment": "CISA's sectors and State additions"})

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    is_state_extension: Mapped[bool] = mapped_column(server_default=text("false"))


class LifelineRow(Base):
    """One of FEMA's community lifelines."""

    __tablename__ = "lifelines"
    __table_args__ = (not_blank("code"), not_blank("name"), {"comment": "FEMA's community lifelines"})

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]


class AttributeRow(Base):
    """A typed property that kinds may have."""

    __tablename__ = "attributes"
    __table_args__ = (
        not_blank("code"),
        one_of("type", ATTRIBUTE_TYPES),
        CheckConstraint("(type = 'choice') = (cardinality(choices) > 0)", name="choices_of_a_choice"),
        {"comment": "Typed attributes of kinds"},
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    type: Mapped[str]
    unit: Mapped[str] = mapped_column(server_default="", comment="Of a number: kW, gpm, ...")
    choices: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'::text[]"))


class KindRow(Base):
    """A kind of asset."""

    __tablename__ = "kinds"
    __table_args__ = (
        # Lets an asset carry its class beside its kind without ever contradicting it.
        UniqueConstraint("code", "asset_class"),
        not_blank("code"),
        not_blank("name"),
        not_blank("unit"),
        not_blank("family"),
        not_blank("profile"),
        one_of("asset_class", ASSET_CLASSES),
        {"comment": "Kinds of asset"},
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    asset_class: Mapped[str]
    unit: Mapped[str] = mapped_column(comment="What a quantity counts: each, crew, pallet, bed")
    family: Mapped[str] = mapped_column(index=True, comment="Kinds that one need may ask for together")
    sector: Mapped[str | None] = mapped_column(ForeignKey(SectorRow.code))
    lifeline: Mapped[str | None] = mapped_column(ForeignKey(LifelineRow.code))
    nims_id: Mapped[str | None] = mapped_column(comment="FEMA resource typing definition, where one exists")
    profile: Mapped[str] = mapped_column(
        server_default="car", comment="The vehicle it travels by: a profile of data/reference/profiles.csv"
    )


class KindAttributeRow(Base):
    """An attribute that assets of a kind may have, in the order a form asks for it."""

    __tablename__ = "kind_attributes"
    __table_args__ = ({"comment": "Which attributes a kind may have"},)

    kind: Mapped[str] = mapped_column(ForeignKey(KindRow.code, ondelete="CASCADE"), primary_key=True)
    attribute: Mapped[str] = mapped_column(ForeignKey(AttributeRow.code), primary_key=True)
    position: Mapped[int] = mapped_column(SmallInteger)
