"""The directory: public facts, sources, providers with sites and assets, and the protected tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision: str | None = None


def upgrade() -> None:
    # The schema `registry` is there already: Alembic's own table stands in it.
    op.execute("CREATE EXTENSION IF NOT EXISTS postgis")
    op.execute("CREATE SCHEMA protected")
    make_public_facts()
    make_sources()
    make_providers()
    make_protected()


def make_public_facts() -> None:
    # Counties, regions, sectors, lifelines, kinds and attributes.
    op.create_table(
        "attributes",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), server_default="", nullable=False, comment="Of a number: kW, gpm, ..."),
        sa.Column(
            "choices", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False
        ),
        sa.CheckConstraint(
            "(type = 'choice') = (cardinality(choices) > 0)", name=op.f("ck_attributes_choices_of_a_choice")
        ),
        sa.CheckConstraint("btrim(code) <> ''", name=op.f("ck_attributes_code_says_something")),
        sa.CheckConstraint("type IN ('number', 'choice', 'yes_no', 'text')", name=op.f("ck_attributes_type")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_attributes")),
        schema="registry",
        comment="Typed attributes of kinds",
    )
    op.create_table(
        "counties",
        sa.Column("fips", sa.Text(), nullable=False, comment="Five digits, a string"),
        sa.Column(
            "name", sa.Text(), nullable=False, comment="Jasper; two counties may share a name (St. Louis)"
        ),
        sa.Column("legal_name", sa.Text(), nullable=False, comment="Jasper County"),
        sa.Column("seat", sa.Text(), nullable=False),
        sa.Column("seat_lon", sa.Double(), nullable=False),
        sa.Column("seat_lat", sa.Double(), nullable=False),
        sa.Column("population_2020", sa.BigInteger(), nullable=False, comment="Census 2020"),
        sa.Column("geometry", Geometry("MULTIPOLYGON", srid=4326, spatial_index=False), nullable=False),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_counties_name_says_something")),
        sa.CheckConstraint("fips ~ '^29[0-9]{3}$'", name=op.f("ck_counties_fips_of_missouri")),
        sa.CheckConstraint("population_2020 >= 0", name=op.f("ck_counties_population_2020_at_least_0")),
        sa.PrimaryKeyConstraint("fips", name=op.f("pk_counties")),
        schema="registry",
        comment="The 114 counties of Missouri and the City of St. Louis",
    )
    op.create_index(
        op.f("ix_counties_geometry"), "counties", ["geometry"], schema="registry", postgresql_using="gist"
    )
    op.create_table(
        "lifelines",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.CheckConstraint("btrim(code) <> ''", name=op.f("ck_lifelines_code_says_something")),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_lifelines_name_says_something")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_lifelines")),
        schema="registry",
        comment="FEMA's community lifelines",
    )
    op.create_table(
        "region_versions",
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("btrim(version) <> ''", name=op.f("ck_region_versions_version_says_something")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_region_versions")),
        schema="registry",
        comment="Editions of SEMA's regions; one is in use",
    )
    op.create_index(
        "uq_region_versions_active",
        "region_versions",
        ["active"],
        unique=True,
        schema="registry",
        postgresql_where=sa.text("active"),
    )
    op.create_table(
        "sectors",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_state_extension", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("btrim(code) <> ''", name=op.f("ck_sectors_code_says_something")),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_sectors_name_says_something")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_sectors")),
        schema="registry",
        comment="CISA's sectors and State additions",
    )
    op.create_table(
        "kinds",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("asset_class", sa.Text(), nullable=False),
        sa.Column(
            "unit", sa.Text(), nullable=False, comment="What a quantity counts: each, crew, pallet, bed"
        ),
        sa.Column("family", sa.Text(), nullable=False, comment="Kinds that one need may ask for together"),
        sa.Column("sector", sa.Text(), nullable=True),
        sa.Column("lifeline", sa.Text(), nullable=True),
        sa.Column(
            "nims_id", sa.Text(), nullable=True, comment="FEMA resource typing definition, where one exists"
        ),
        sa.CheckConstraint(
            "asset_class IN ('goods', 'services', 'equipment', 'volunteers', 'facility')",
            name=op.f("ck_kinds_asset_class"),
        ),
        sa.CheckConstraint("btrim(code) <> ''", name=op.f("ck_kinds_code_says_something")),
        sa.CheckConstraint("btrim(family) <> ''", name=op.f("ck_kinds_family_says_something")),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_kinds_name_says_something")),
        sa.CheckConstraint("btrim(unit) <> ''", name=op.f("ck_kinds_unit_says_something")),
        sa.ForeignKeyConstraint(
            ["lifeline"], ["registry.lifelines.code"], name=op.f("fk_kinds_lifeline_lifelines")
        ),
        sa.ForeignKeyConstraint(["sector"], ["registry.sectors.code"], name=op.f("fk_kinds_sector_sectors")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_kinds")),
        sa.UniqueConstraint("code", "asset_class", name=op.f("uq_kinds_code_asset_class")),
        schema="registry",
        comment="Kinds of asset",
    )
    op.create_index(op.f("ix_kinds_family"), "kinds", ["family"], schema="registry")
    op.create_table(
        "regions",
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "note",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="What the edition's sources leave open",
        ),
        sa.CheckConstraint("btrim(code) <> ''", name=op.f("ck_regions_code_says_something")),
        sa.ForeignKeyConstraint(
            ["version"],
            ["registry.region_versions.version"],
            name=op.f("fk_regions_version_region_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version", "code", name=op.f("pk_regions")),
        schema="registry",
        comment="SEMA's regions A to I, by edition",
    )
    op.create_table(
        "county_regions",
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("fips", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column(
            "evidence",
            sa.Text(),
            server_default="",
            nullable=False,
            comment="Where the county is said to be in it",
        ),
        sa.ForeignKeyConstraint(
            ["fips"], ["registry.counties.fips"], name=op.f("fk_county_regions_fips_counties")
        ),
        sa.ForeignKeyConstraint(
            ["version", "region"],
            ["registry.regions.version", "registry.regions.code"],
            name=op.f("fk_county_regions_version_regions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version", "fips", name=op.f("pk_county_regions")),
        schema="registry",
        comment="The region of each county, by edition",
    )
    op.create_table(
        "kind_attributes",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("attribute", sa.Text(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attribute"], ["registry.attributes.code"], name=op.f("fk_kind_attributes_attribute_attributes")
        ),
        sa.ForeignKeyConstraint(
            ["kind"], ["registry.kinds.code"], name=op.f("fk_kind_attributes_kind_kinds"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("kind", "attribute", name=op.f("pk_kind_attributes")),
        schema="registry",
        comment="Which attributes a kind may have",
    )


def make_sources() -> None:
    # What was loaded, what waits for review, and the roads.
    op.create_table(
        "load_runs",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("what", sa.Text(), nullable=False, comment="counties, reference, roads, providers, demo"),
        sa.Column("file_name", sa.Text(), server_default="", nullable=False, comment="Without its folder"),
        sa.Column("file_sha256", sa.Text(), nullable=True),
        sa.Column("counts", postgresql.JSONB(), nullable=False),
        sa.Column(
            "ran_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"), nullable=False
        ),
        sa.CheckConstraint("btrim(what) <> ''", name=op.f("ck_load_runs_what_says_something")),
        sa.CheckConstraint("file_sha256 ~ '^[0-9a-f]{64}$'", name=op.f("ck_load_runs_file_sha256_is_one")),
        sa.CheckConstraint("jsonb_typeof(counts) = 'object'", name=op.f("ck_load_runs_counts_is_an_object")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_load_runs")),
        schema="registry",
        comment="What each load read, kept, changed and rejected",
    )
    op.create_index(op.f("ix_load_runs_what_ran_at"), "load_runs", ["what", "ran_at"], schema="registry")
    op.create_table(
        "reviews",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("source", sa.Text(), nullable=False, comment="The same word as the providers' source"),
        sa.Column("file_name", sa.Text(), server_default="", nullable=False, comment="Without its folder"),
        sa.Column(
            "row_number", sa.BigInteger(), nullable=False, comment="In the file, the header being row 1"
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "raw_row",
            postgresql.JSONB(),
            nullable=False,
            comment="What is needed to place it; contact and proprietary fields are left out",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("btrim(reason) <> ''", name=op.f("ck_reviews_reason_says_something")),
        sa.CheckConstraint("btrim(source) <> ''", name=op.f("ck_reviews_source_says_something")),
        sa.CheckConstraint("jsonb_typeof(raw_row) = 'object'", name=op.f("ck_reviews_raw_row_is_an_object")),
        sa.CheckConstraint("row_number >= 1", name=op.f("ck_reviews_row_number_at_least_1")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reviews")),
        sa.UniqueConstraint(
            "source", "file_name", "row_number", name=op.f("uq_reviews_source_file_name_row_number")
        ),
        schema="registry",
        comment="Rows that could not be placed, each with its reason",
    )
    op.create_table(
        "road_networks",
        sa.Column("content_hash", sa.Text(), nullable=False, comment="SHA-256 of the network's arrays"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("attribution", sa.Text(), nullable=False),
        sa.Column("main_roads_only", sa.Boolean(), nullable=False),
        sa.Column(
            "bytes", sa.LargeBinary(), nullable=False, comment="The file that geo.network saves and loads"
        ),
        sa.Column("report", postgresql.JSONB(), nullable=False, comment="What noding found and dropped"),
        sa.Column("active", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_road_networks_name_says_something")),
        sa.CheckConstraint(
            "content_hash ~ '^[0-9a-f]{64}$'", name=op.f("ck_road_networks_content_hash_is_one")
        ),
        sa.CheckConstraint(
            "jsonb_typeof(report) = 'object'", name=op.f("ck_road_networks_report_is_an_object")
        ),
        sa.PrimaryKeyConstraint("content_hash", name=op.f("pk_road_networks")),
        schema="registry",
        comment="Road networks; one is in use, the others reproduce earlier answers",
    )
    op.create_index(
        "uq_road_networks_active",
        "road_networks",
        ["active"],
        unique=True,
        schema="registry",
        postgresql_where=sa.text("active"),
    )


def make_providers() -> None:
    # Providers, their sites and assets.
    op.create_table(
        "providers",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("source", sa.Text(), nullable=False, comment="Where it came from: demo, a file's word"),
        sa.Column("external_key", sa.Text(), nullable=False, comment="Its name for ever within the source"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), nullable=False),
        sa.Column(
            "synthetic",
            sa.Boolean(),
            server_default=sa.text("false"),
            nullable=False,
            comment="Invented, for the demo",
        ),
        sa.Column("max_consecutive_days", sa.Integer(), nullable=True, comment="RSMo 44.023: five, at most"),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "btrim(external_key) <> ''", name=op.f("ck_providers_external_key_says_something")
        ),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_providers_name_says_something")),
        sa.CheckConstraint("btrim(source) <> ''", name=op.f("ck_providers_source_says_something")),
        sa.CheckConstraint(
            "max_consecutive_days >= 1", name=op.f("ck_providers_max_consecutive_days_at_least_1")
        ),
        sa.ForeignKeyConstraint(
            ["sector"], ["registry.sectors.code"], name=op.f("fk_providers_sector_sectors")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_providers")),
        sa.UniqueConstraint("source", "external_key", name=op.f("uq_providers_source_external_key")),
        schema="registry",
        comment="Companies and bodies that agreed to be listed",
    )
    op.create_index(op.f("ix_providers_sector"), "providers", ["sector"], schema="registry")
    op.create_table(
        "sites",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("external_key", sa.Text(), nullable=False, comment="Its name for ever within the provider"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), server_default="", nullable=False),
        sa.Column("town", sa.Text(), server_default="", nullable=False),
        sa.Column("zip_code", sa.Text(), server_default="", nullable=False),
        sa.Column("county_fips", sa.Text(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column(
            "point",
            Geometry("POINT", srid=4326, spatial_index=False),
            sa.Computed("st_setsrid(st_makepoint(lon, lat), 4326)", persisted=True),
            nullable=False,
        ),
        sa.Column("geocode_quality", sa.Text(), nullable=False),
        sa.Column("geocode_source", sa.Text(), nullable=False),
        sa.Column("geocode_accuracy_m", sa.Double(), nullable=False),
        sa.Column(
            "network_hash", sa.Text(), nullable=True, comment="The network of edge, offset_m, access_m"
        ),
        sa.Column("edge", sa.Integer(), nullable=True, comment="-1: no road within the limit"),
        sa.Column("offset_m", sa.Double(), nullable=True, comment="Metres from the edge's tail"),
        sa.Column("access_m", sa.Double(), nullable=True, comment="Straight metres to the road"),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
            comment="Of what the provider said; a new snap leaves it",
        ),
        sa.CheckConstraint("btrim(external_key) <> ''", name=op.f("ck_sites_external_key_says_something")),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_sites_name_says_something")),
        sa.CheckConstraint(
            "geocode_accuracy_m >= 0 AND geocode_accuracy_m < 'Infinity'",
            name=op.f("ck_sites_accuracy_is_a_length"),
        ),
        sa.CheckConstraint(
            "geocode_quality IN ('given', 'address', 'zip+place', 'zip', 'place')",
            name=op.f("ck_sites_geocode_quality"),
        ),
        sa.CheckConstraint("zip_code ~ '^([0-9]{5})?$'", name=op.f("ck_sites_zip_code_is_one")),
        sa.CheckConstraint(
            "(network_hash IS NULL) = (edge IS NULL) AND (edge IS NULL) = (offset_m IS NULL)",
            name=op.f("ck_sites_snapped_wholly"),
        ),
        sa.CheckConstraint(
            "lon BETWEEN -180 AND 180 AND lat BETWEEN -90 AND 90", name=op.f("ck_sites_point_on_earth")
        ),
        sa.ForeignKeyConstraint(
            ["county_fips"], ["registry.counties.fips"], name=op.f("fk_sites_county_fips_counties")
        ),
        sa.ForeignKeyConstraint(
            ["network_hash"],
            ["registry.road_networks.content_hash"],
            name=op.f("fk_sites_network_hash_road_networks"),
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["registry.providers.id"],
            name=op.f("fk_sites_provider_id_providers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
        sa.UniqueConstraint("provider_id", "external_key", name=op.f("uq_sites_provider_id_external_key")),
        schema="registry",
        comment="Places of providers",
    )
    op.create_index(op.f("ix_sites_county_fips"), "sites", ["county_fips"], schema="registry")
    op.create_index(op.f("ix_sites_network_hash"), "sites", ["network_hash"], schema="registry")
    op.create_index(op.f("ix_sites_point"), "sites", ["point"], schema="registry", postgresql_using="gist")
    op.create_table(
        "assets",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("external_key", sa.Text(), nullable=False, comment="Its name for ever within the site"),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("asset_class", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "attributes",
            postgresql.JSONB(),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
            comment="Typed by kind_attributes, checked before writing",
        ),
        sa.Column("quantity", sa.BigInteger(), nullable=False, comment="In the kind's unit"),
        sa.Column(
            "mobilisation_s", sa.BigInteger(), nullable=False, comment="Seconds from the call until it leaves"
        ),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True, comment="When the provider last said so"),
        sa.Column("delivery", sa.Text(), nullable=False),
        sa.Column("operator", sa.Boolean(), nullable=False, comment="Comes with somebody who runs it"),
        sa.Column("max_days", sa.Integer(), nullable=True),
        sa.Column("licence", sa.Text(), nullable=True),
        sa.Column("team_size", sa.Integer(), nullable=True),
        sa.Column(
            "hours", sa.Text(), nullable=True, comment="When a team or service is there: 24/7, weekdays 8-17"
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "asset_class IN ('services', 'volunteers') OR (licence IS NULL AND team_size IS NULL AND hours IS NULL)",
            name=op.f("ck_assets_licence_team_hours_of_people"),
        ),
        sa.CheckConstraint("btrim(external_key) <> ''", name=op.f("ck_assets_external_key_says_something")),
        sa.CheckConstraint("btrim(name) <> ''", name=op.f("ck_assets_name_says_something")),
        sa.CheckConstraint("delivery IN ('delivers', 'pickup')", name=op.f("ck_assets_delivery")),
        sa.CheckConstraint(
            "jsonb_typeof(attributes) = 'object'", name=op.f("ck_assets_attributes_is_an_object")
        ),
        sa.CheckConstraint(
            "status IN ('available', 'committed', 'paused', 'closed')", name=op.f("ck_assets_status")
        ),
        sa.CheckConstraint("max_days >= 1", name=op.f("ck_assets_max_days_at_least_1")),
        sa.CheckConstraint("mobilisation_s >= 0", name=op.f("ck_assets_mobilisation_s_at_least_0")),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_assets_quantity_at_least_0")),
        sa.CheckConstraint("team_size >= 1", name=op.f("ck_assets_team_size_at_least_1")),
        sa.ForeignKeyConstraint(
            ["kind", "asset_class"],
            ["registry.kinds.code", "registry.kinds.asset_class"],
            name=op.f("fk_assets_kind_kinds"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["registry.sites.id"], name=op.f("fk_assets_site_id_sites"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assets")),
        sa.UniqueConstraint("site_id", "external_key", name=op.f("uq_assets_site_id_external_key")),
        schema="registry",
        comment="What sites can send",
    )
    op.create_index(op.f("ix_assets_kind"), "assets", ["kind"], schema="registry")


def make_protected() -> None:
    # Apart from the first migration on, so that a wall can stand between.
    op.create_table(
        "contacts",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Text(), server_default="", nullable=False),
        sa.Column("phone", sa.Text(), server_default="", nullable=False),
        sa.Column("email", sa.Text(), server_default="", nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["registry.providers.id"],
            name=op.f("fk_contacts_provider_id_providers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_contacts_provider_id")),
        schema="protected",
        comment="Whom to call at a provider",
    )
    op.create_table(
        "proprietary",
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("provider_id", sa.Uuid(), nullable=False),
        sa.Column("asset_id", sa.Uuid(), nullable=False),
        sa.Column("price_basis", sa.Text(), nullable=True),
        sa.Column("conditions", sa.Text(), server_default="", nullable=False),
        sa.Column("notes", sa.Text(), server_default="", nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "price_basis IN ('donate', 'cost', 'contract')", name=op.f("ck_proprietary_price_basis")
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"],
            ["registry.assets.id"],
            name=op.f("fk_proprietary_asset_id_assets"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["provider_id"],
            ["registry.providers.id"],
            name=op.f("fk_proprietary_provider_id_providers"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proprietary")),
        sa.UniqueConstraint("asset_id", name=op.f("uq_proprietary_asset_id")),
        schema="protected",
        comment="What companies tell in confidence about an asset",
    )
    op.create_index(op.f("ix_proprietary_provider_id"), "proprietary", ["provider_id"], schema="protected")


def downgrade() -> None:
    op.drop_table("proprietary", schema="protected")
    op.drop_table("assets", schema="registry")
    op.drop_table("sites", schema="registry")
    op.drop_table("kind_attributes", schema="registry")
    op.drop_table("county_regions", schema="registry")
    op.drop_table("contacts", schema="protected")
    op.drop_table("regions", schema="registry")
    op.drop_table("providers", schema="registry")
    op.drop_table("kinds", schema="registry")
    op.drop_table("sectors", schema="registry")
    op.drop_table("road_networks", schema="registry")
    op.drop_table("reviews", schema="registry")
    op.drop_table("region_versions", schema="registry")
    op.drop_table("load_runs", schema="registry")
    op.drop_table("lifelines", schema="registry")
    op.drop_table("counties", schema="registry")
    op.drop_table("attributes", schema="registry")
    op.execute("DROP SCHEMA protected")
