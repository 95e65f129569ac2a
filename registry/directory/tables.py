"""The tables of the directory: providers, their sites and their assets."""

from __future__ import annotations

import uuid  # noqa: TC003 - SQLAlchemy reads the annotations at run time
from datetime import date  # noqa: TC003 - SQLAlchemy reads the annotations at run time
from typing import Any

from geoalchemy2 import Geometry, WKBElement
from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from registry.db.base import EPSG, Base, RandomId, Since, at_least, not_blank, one_of
from registry.directory.listing import DELIVERIES, GEOCODE_QUALITIES, PLACES_SHOWN, STATUSES
from registry.directory.reference_tables import CountyRow, KindRow, SectorRow
from registry.directory.source_tables import RoadNetworkRow


class ProviderRow(Base):
    """A company or body that agreed to be listed."""

    __tablename__ = "providers"
    __table_args__ = (
        UniqueConstraint("source", "external_key"),
        not_blank("source"),
        not_blank("external_key"),
        not_blank("name"),
        at_least("max_consecutive_days", 1),
        one_of("shows_place", PLACES_SHOWN),
        {"comment": "Companies and bodies that agreed to be listed"},
    )

    id: Mapped[RandomId]
    source: Mapped[str] = mapped_column(comment="Where it came from: demo, a file's word")
    external_key: Mapped[str] = mapped_column(comment="Its name for ever within the source")
    name: Mapped[str]
    sector: Mapped[str] = mapped_column(ForeignKey(SectorRow.code), index=True)
    synthetic: Mapped[bool] = mapped_column(server_default=text("false"), comment="Invented, for the demo")
    max_consecutive_days: Mapped[int | None] = mapped_column(Integer, comment="RSMo 44.023: five, at most")
    created_at: Mapped[Since]
    updated_at: Mapped[Since]
    shows_name: Mapped[bool] = mapped_column(
        server_default=text("false"), comment="Whether its name is seen before a declaration"
    )
    shows_place: Mapped[str] = mapped_column(
        server_default="no", comment="What is seen of its places before a declaration: no, zip, exact"
    )
    shows_by_company: Mapped[bool] = mapped_column(
        server_default=text("false"), comment="The company set both itself; a load leaves them as they are"
    )


class SiteRow(Base):
    """A place of a provider, with its point and where it meets the active road network.

    A place that cannot be placed is no site: it waits in `reviews`.
    """

    __tablename__ = "sites"
    __table_args__ = (
        UniqueConstraint("provider_id", "external_key"),
        not_blank("external_key"),
        not_blank("name"),
        CheckConstraint("lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90", name="point_on_earth"),
        CheckConstraint("zip_code ~ '^([0-9]{5})?$'", name="zip_code_is_one"),
        CheckConstraint(
            "geocode_accuracy_m >= 0 AND geocode_accuracy_m < 'Infinity'", name="accuracy_is_a_length"
        ),
        one_of("geocode_quality", GEOCODE_QUALITIES),
        CheckConstraint(
            "(network_hash IS NULL) = (edge IS NULL) AND (edge IS NULL) = (offset_m IS NULL)",
            name="snapped_wholly",
        ),
        Index(None, "point", postgresql_using="gist"),
        {"comment": "Places of providers"},
    )

    id: Mapped[RandomId]
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(ProviderRow.id, ondelete="CASCADE"))
    external_key: Mapped[str] = mapped_column(comment="Its name for ever within the provider")
    name: Mapped[str]
    address: Mapped[str] = mapped_column(server_default="")
    town: Mapped[str] = mapped_column(server_default="")
    zip_code: Mapped[str] = mapped_column(server_default="")
    county_fips: Mapped[str] = mapped_column(ForeignKey(CountyRow.fips), index=True)
    lon: Mapped[float]
    lat: Mapped[float]
    # Generated, so that the searched point and the given degrees cannot disagree.
    point: Mapped[WKBElement] = mapped_column(
        Geometry("POINT", srid=EPSG, spatial_index=False),
        Computed("st_setsrid(st_makepoint(lon, lat), 4326)", persisted=True),
    )
    geocode_quality: Mapped[str]
    geocode_source: Mapped[str]
    geocode_accuracy_m: Mapped[float]
    network_hash: Mapped[str | None] = mapped_column(
        ForeignKey(RoadNetworkRow.content_hash), index=True, comment="The network of edge, offset_m, access_m"
    )
    edge: Mapped[int | None] = mapped_column(Integer, comment="-1: no road within the limit")
    offset_m: Mapped[float | None] = mapped_column(comment="Metres from the edge's tail")
    access_m: Mapped[float | None] = mapped_column(comment="Straight metres to the road")
    created_at: Mapped[Since]
    updated_at: Mapped[Since] = mapped_column(comment="Of what the provider said; a new snap leaves it")


class AssetRow(Base):
    """Something a site can send."""

    __tablename__ = "assets"
    __table_args__ = (
        UniqueConstraint("site_id", "external_key"),
        ForeignKeyConstraint(
            ["kind", "asset_class"], [KindRow.code, KindRow.asset_class], onupdate="CASCADE"
        ),
        Index(None, "kind"),
        not_blank("external_key"),
        not_blank("name"),
        CheckConstraint("jsonb_typeof(attributes) = 'object'", name="attributes_is_an_object"),
        at_least("quantity", 0),
        at_least("mobilisation_s", 0),
        at_least("max_days", 1),
        at_least("team_size", 1),
        one_of("status", STATUSES),
        one_of("delivery", DELIVERIES),
        CheckConstraint(
            "asset_class IN ('services', 'volunteers') "
            "OR (licence IS NULL AND team_size IS NULL AND hours IS NULL)",
            name="licence_team_hours_of_people",
        ),
        {"comment": "What sites can send"},
    )

    id: Mapped[RandomId]
    site_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(SiteRow.id, ondelete="CASCADE"))
    external_key: Mapped[str] = mapped_column(comment="Its name for ever within the site")
    kind: Mapped[str]
    asset_class: Mapped[str]
    name: Mapped[str]
    attributes: Mapped[dict[str, Any]] = mapped_column(
        JSONB, server_default=text("'{}'::jsonb"), comment="Typed by kind_attributes, checked before writing"
    )
    quantity: Mapped[int] = mapped_column(comment="In the kind's unit")
    mobilisation_s: Mapped[int] = mapped_column(comment="Seconds from the call until it leaves")
    status: Mapped[str]
    confirmed_on: Mapped[date | None] = mapped_column(comment="When the provider last said so")
    delivery: Mapped[str]
    operator: Mapped[bool] = mapped_column(comment="Comes with somebody who runs it")
    max_days: Mapped[int | None] = mapped_column(Integer)
    licence: Mapped[str | None]
    team_size: Mapped[int | None] = mapped_column(Integer)
    hours: Mapped[str | None] = mapped_column(comment="When a team or service is there: 24/7, weekdays 8-17")
    created_at: Mapped[Since]
    updated_at: Mapped[Since]
