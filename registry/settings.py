"""The settings of a running registry, read once from the environment.

Every setting is an environment variable that starts with `MERR_`. A variable that starts so and is no setting
stops the start: a misspelt setting that is silently ignored is found out on the worst day.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import AliasChoices, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from registry.errors import RegistryError

PREFIX = "MERR_"
CLONE = Path(__file__).resolve().parent.parent
"""The root of this clone."""

LOOPBACK = ("localhost", "127.0.0.1", "::1")
"""Names of this machine that no other machine can ask by."""


class Settings(BaseSettings):
    """The settings, each with the value that suits one machine where nothing is set."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, populate_by_name=True, extra="forbid")

    database_url: str | None = Field(
        default=None,
        repr=False,
        validation_alias=AliasChoices("MERR_DATABASE_URL", "DATABASE_URL", "database_url"),
        description="Where the PostGIS database is; unset: the private cluster of `merr db up`.",
    )
    dsn_owner: str | None = Field(
        default=None,
        repr=False,
        description="The database by the login merr_owner, which loads and migrates.",
    )
    dsn_web: str | None = Field(
        default=None, repr=False, description="The database by the login merr_web, the web application's."
    )
    dsn_audit: str | None = Field(
        default=None,
        repr=False,
        description="The database by the login merr_audit, which verifies the audit.",
    )
    dsn_backup: str | None = Field(
        default=None, repr=False, description="The database by the login merr_backup, which reads everything."
    )
    data_dir: Path = Field(default=CLONE / "data", description="The shipped data, as `merr build` writes it.")
    state_dir: Path = Field(
        default_factory=lambda: state_home() / clone_key(),
        description="Where the private cluster and what is derived from the database are kept.",
    )
    fault_traces: Path = Field(
        default=CLONE.parent / "shared/data/hazards/new_madrid_ruptures_usgs_bssc2014.geojson",
        description="The fault traces of the scenario New Madrid (GeoJSON lines, EPSG:4326); they do not ship.",
    )
    postgis_prefix: Path = Field(
        default_factory=lambda: state_home() / "debian",
        description="Where `scripts/setup` unpacks PostGIS when it may not install it.",
    )
    host: str = Field(default="127.0.0.1", description="The address that `merr serve` listens on.")
    port: int = Field(default=8050, ge=1, le=65535, description="The port that `merr serve` listens on.")
    public_url: str | None = Field(
        default=None,
        description="The address people open; unset: http://localhost and the port, for this machine alone.",
    )
    tls_cert: Path | None = Field(
        default=None, description="The certificate `merr serve` shows, with its chain (PEM)."
    )
    tls_key: Path | None = Field(default=None, description="The private key of that certificate (PEM).")
    trusted_proxies: int = Field(
        default=0,
        ge=0,
        le=8,
        description="How many proxies of yours stand before `merr serve`, each adding one line.",
    )
    oidc_issuer: str | None = Field(
        default=None,
        description="The issuer of the identity provider to sign in through; unset: local accounts only.",
    )
    oidc_client_id: str = Field(default="", description="What the identity provider calls this registry.")
    oidc_client_secret: SecretStr = Field(
        default=SecretStr(""), description="The secret agreed with the identity provider."
    )
    oidc_acr: str = Field(
        default="",
        description="The authentication classes, split by spaces, that count as a second factor at the provider.",
    )
    session_idle_minutes: int = Field(
        default=30, ge=1, le=1440, description="A browser that is not used for so long is signed out."
    )
    session_hours: int = Field(
        default=12, ge=1, le=168, description="A browser is signed out after so long, used or not."
    )
    tries_per_account: int = Field(
        default=10, ge=1, le=100, description="Tries of password or code that an account takes in 15 minutes."
    )
    tries_per_address: int = Field(
        default=30,
        ge=1,
        le=10_000,
        description="Tries that one address may make in 15 minutes, at whatever account.",
    )
    sealing_key: Path | None = Field(
        default=None, description="The file with the key that second factors are sealed with."
    )
    anchor: str | None = Field(
        default=None,
        min_length=1,
        description="Where the audit's anchors go: a file, or the word syslog; unset: a file below the state folder.",
    )
    anchor_seconds: int = Field(
        default=60, ge=1, le=86_400, description="Seconds between two anchors of `merr serve`."
    )

    @field_validator("database_url", "dsn_owner", "dsn_web", "dsn_audit", "dsn_backup")
    @classmethod
    def _name_the_driver(cls, value: str | None) -> str | None:
        """Return the URL with the driver that this project ships, so that a plain URL works too."""
        if not value:
            return None
        url, found = re.subn(r"^postgres(ql)?(\+psycopg)?://", "postgresql+psycopg://", value)
        if not found:
            msg = "a URL that starts with postgresql://"
            raise ValueError(msg)
        try:
            make_url(url)
        except (ArgumentError, ValueError):
            # What SQLAlchemy says may quote a part of the password.
            msg = "a URL such as postgresql://name:password@host:5432/database"
            raise ValueError(msg) from None
        return url

    @field_validator("dsn_owner", "dsn_web", "dsn_audit", "dsn_backup")
    @classmethod
    def _of_its_own_login(cls, value: str | None, info: ValidationInfo) -> str | None:
        """Return the URL if it is of the one role it is for: the wall stands on which role may do what."""
        role = str(info.field_name).replace("dsn_", "merr_")
        if value and make_url(value).username != role:
            msg = f"a URL of the login {role}, such as postgresql://{role}:password@host:5432/database"
            raise ValueError(msg)
        return value

    @field_validator("public_url", "oidc_issuer")
    @classmethod
    def _an_address(cls, value: str | None) -> str | None:
        """Return an address as it was given; over plain HTTP only one of this machine's own."""
        if not value:
            return None
        parts = urlsplit(value)
        plain = parts.scheme == "http" and parts.hostname in LOOPBACK
        if not parts.hostname or not (parts.scheme == "https" or plain) or parts.query or parts.fragment:
            msg = (
                "an address that starts with https://; http:// only for this machine's own, such as localhost"
            )
            raise ValueError(msg)
        return value

    @field_validator("public_url")
    @classmethod
    def _without_a_path(cls, value: str | None) -> str | None:
        """Return the address without a last slash, if it is the root of its host: cookies belong to a whole host."""
        if value and urlsplit(value).path.strip("/"):
            msg = "an address without a path, such as https://merr.example.org"
            raise ValueError(msg)
        return value and value.rstrip("/")

    @field_validator(
        "data_dir", "state_dir", "fault_traces", "postgis_prefix", "tls_cert", "tls_key", "sealing_key"
    )
    @classmethod
    def _from_the_root(cls, value: Path | None) -> Path | None:
        """Return the path from the root: the server works in another folder than whoever starts it."""
        return value and value.absolute()

    @property
    def origin(self) -> str:
        """The address people open, without a slash at its end."""
        return self.public_url or f"{'https' if self.tls_cert else 'http'}://localhost:{self.port}"

    @property
    def cache_dir(self) -> Path:
        """The folder for what can be derived again at any time."""
        return self.state_dir / "cache"


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Return the settings of this process, checked.

    Raises
    ------
    RegistryError
        If a `MERR_` variable is no setting, or a value cannot be used.
    """
    return read_settings()


def read_settings() -> Settings:
    """Return the settings as the environment says now; `settings` is the same, read once.

    Raises
    ------
    RegistryError
        If a `MERR_` variable is no setting, or a value cannot be used.
    """
    refuse_unknown(list(os.environ))
    try:
        return Settings()
    except ValidationError as fault:
        first = fault.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper().removeprefix(PREFIX)
        given = repr(first["input"])
        if name.startswith((f"{PREFIX}DATABASE_URL", f"{PREFIX}DSN_")):
            given = "a value that is not shown, since it may hold a password"
            name = name if name in map(str.upper, os.environ) else name.removeprefix(PREFIX)
        raise RegistryError(
            f"The setting {name} cannot be used",
            given=given,
            wanted=first["msg"].removeprefix("Value error, "),
            todo=f"give {name} such a value, or unset it",
        ) from None


def refuse_unknown(variables: list[str]) -> None:
    """Refuse the first variable that starts with `MERR_` and is no setting, naming the nearest one.

    Raises
    ------
    RegistryError
        If there is such a variable.
    """
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    for variable in sorted(variables):
        if variable.upper().startswith(PREFIX) and variable.upper() not in known:
            nearest = difflib.get_close_matches(variable.upper(), known, n=1, cutoff=0.0)[0]
            raise RegistryError(
                f"{variable} is not a setting",
                given=variable,
                wanted=", ".join(known),
                todo=f"if {nearest} was meant, rename it; otherwise unset {variable}",
            )


def state_home() -> Path:
    """Return the folder below which every clone on this machine keeps its state.

    Root's state lies below /var, because PostgreSQL runs as its own user there and may not enter root's home.
    """
    if os.geteuid() == 0:
        return Path("/var/lib/merr")
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "merr"


def clone_key(clone: Path = CLONE) -> str:
    """Return the ten characters that tell this clone's state from another clone's on the same machine."""
    return hashlib.sha256(os.fsencode(clone.resolve())).hexdigest()[:10]
