"""A setting that nobody reads stops the start."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from registry import settings as settings_module
from registry.errors import RegistryError
from registry.settings import CLONE, clone_key, read_settings


@pytest.fixture(autouse=True)
def _no_settings_of_this_session(monkeypatch):
    for name in [name for name in os.environ if name.startswith("MERR_") or name == "DATABASE_URL"]:
        monkeypatch.delenv(name)


def test_without_any_setting_it_serves_this_machine_only():
    settings = read_settings()
    assert (settings.host, settings.port, settings.trusted_proxies) == ("127.0.0.1", 8050, 0)
    assert settings.origin == "http://localhost:8050"
    assert (settings.tls_cert, settings.oidc_issuer, settings.public_url) == (None, None, None)
    assert settings.database_url is None
    assert settings.data_dir == CLONE / "data"


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [("MERR_DATBASE_URL", "MERR_DATABASE_URL"), ("MERR_PROT", "MERR_PORT"), ("merr_hosts", "MERR_HOST")],
)
def test_a_misspelt_setting_stops_the_start_and_names_the_nearest(monkeypatch, misspelt: str, meant: str):
    monkeypatch.setenv(misspelt, "x")
    with pytest.raises(RegistryError, match=f"{misspelt} is not a setting") as refused:
        read_settings()
    assert f"if {meant} was meant" in refused.value.todo


def test_other_programs_variables_are_left_alone(monkeypatch):
    monkeypatch.setenv("MERRY_CHRISTMAS", "1")
    monkeypatch.setenv("PGPORT", "1")
    assert read_settings().port == 8050


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
@pytest.mark.parametrize("name", ["DATABASE_URL", "MERR_DATABASE_URL"])
def test_a_database_url_is_given_our_driver(monkeypatch, name: str, scheme: str):
    monkeypatch.setenv(name, f"{scheme}://merr:word@db/merr")
    assert read_settings().database_url == "postgresql+psycopg://merr:word@db/merr"


def test_our_own_variable_wins_over_the_plain_one(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://other/other")
    monkeypatch.setenv("MERR_DATABASE_URL", "postgresql://ours/merr")
    assert read_settings().database_url == "postgresql+psycopg://ours/merr"


def test_a_database_of_another_kind_is_refused_without_showing_its_password(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "mysql://merr:secret@db/merr")
    with pytest.raises(RegistryError, match="DATABASE_URL cannot be used") as refused:
        read_settings()
    assert "secret" not in str(refused.value)
    assert refused.value.wanted == "a URL that starts with postgresql://"


def test_a_port_that_is_none_is_refused_with_what_was_given(monkeypatch):
    monkeypatch.setenv("MERR_PORT", "70000")
    with pytest.raises(RegistryError, match="MERR_PORT cannot be used") as refused:
        read_settings()
    assert refused.value.given == "'70000'"


@pytest.mark.parametrize(
    "address",
    [
        "merr.example.org",
        "http://merr.example.org",
        "ftp://localhost",
        "https://",
        "https://merr.example.org/registry",
        "https://merr.example.org?x=1",
        "https://merr.example.org#x",
    ],
)
def test_a_public_address_in_the_clear_or_below_a_path_is_refused(monkeypatch, address: str):
    monkeypatch.setenv("MERR_PUBLIC_URL", address)
    with pytest.raises(RegistryError, match="MERR_PUBLIC_URL cannot be used"):
        read_settings()


def test_the_public_address_is_the_origin_people_open(monkeypatch):
    monkeypatch.setenv("MERR_PUBLIC_URL", "https://merr.example.org/")
    assert read_settings().origin == "https://merr.example.org"
    monkeypatch.setenv("MERR_PUBLIC_URL", "http://localhost:8060")
    assert read_settings().origin == "http://localhost:8060"
    monkeypatch.setenv("MERR_PUBLIC_URL", "")
    monkeypatch.setenv("MERR_TLS_CERT", "cert.pem")
    assert read_settings().origin == "https://localhost:8050"
    assert read_settings().tls_cert.is_absolute()


def test_an_issuer_keeps_the_slash_that_belongs_to_its_name(monkeypatch):
    monkeypatch.setenv("MERR_OIDC_ISSUER", "https://login.example.org/tenant/")
    assert read_settings().oidc_issuer == "https://login.example.org/tenant/"
    monkeypatch.setenv("MERR_OIDC_CLIENT_SECRET", "hush")
    assert "hush" not in repr(read_settings())


def test_two_clones_keep_their_state_apart(tmp_path: Path):
    assert clone_key(tmp_path / "one") != clone_key(tmp_path / "two")
    assert clone_key(tmp_path / "one") == clone_key(tmp_path / "two" / ".." / "one")


def test_root_keeps_its_state_where_the_servers_account_can_go(monkeypatch, tmp_path: Path):
    monkeypatch.setattr(settings_module.os, "geteuid", lambda: 0)
    assert settings_module.state_home() == Path("/var/lib/merr")
    monkeypatch.setattr(settings_module.os, "geteuid", lambda: 1000)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert settings_module.state_home() == tmp_path / ".local" / "share" / "merr"


@pytest.mark.parametrize(
    "url",
    ["mysql://merr:se/cret@db/x", "merr:secret@db/merr", "postgresql://merr:secret@db:port/merr"],
)  # fmt: skip
def test_a_url_that_cannot_be_read_is_refused_by_the_name_it_has_and_never_shown(monkeypatch, url: str):
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(RegistryError, match=r"^The setting DATABASE_URL cannot be used") as refused:
        read_settings()
    said = repr(vars(refused.value))
    assert "hunter2" not in said
    assert "se/cret" not in said
    assert refused.value.todo == "give DATABASE_URL such a value, or unset it"


def test_a_folder_is_meant_from_where_one_stands(monkeypatch, tmp_path: Path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MERR_STATE_DIR", "state")
    assert read_settings().state_dir == tmp_path / "state"


@pytest.mark.parametrize("login", ["owner", "web", "audit", "backup"])
def test_each_login_has_a_setting_that_takes_its_own_role_alone(monkeypatch, login: str):
    name = f"MERR_DSN_{login.upper()}"
    monkeypatch.setenv(name, f"postgresql://merr_{login}:hunter2@db/merr")
    assert getattr(read_settings(), f"dsn_{login}") == f"postgresql+psycopg://merr_{login}:hunter2@db/merr"
    assert "hunter2" not in repr(read_settings())
    monkeypatch.setenv(name, "postgresql://merr:hunter2@db/merr")
    with pytest.raises(RegistryError, match=f"{name} cannot be used") as refused:
        read_settings()
    assert "secret" not in repr(vars(refused.value))
    assert f"of the login merr_{login}" in refused.value.wanted
