"""The compose file cannot run here, so what it says is held to the code."""

from __future__ import annotations

import os
import re

import pytest
import typer.main
import yaml

from cli.main import commands
from registry.db.logins import LOGINS
from registry.settings import CLONE, read_settings, refuse_unknown
from web.wall.binding import check_address, is_loopback

FILE = CLONE / "docker-compose.yml"
SERVICES = yaml.safe_load(FILE.read_text())["services"]
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "merr"}


@pytest.fixture
def settings_of(monkeypatch):
    def read(service: str):
        for name in [name for name in os.environ if name.startswith("MERR_") or name == "DATABASE_URL"]:
            monkeypatch.delenv(name)
        for name, value in OURS[service]["environment"].items():
            given = re.sub(r"\$\{\w+_PASSWORD(:\?[^}]*)?\}", "word", value)
            monkeypatch.setenv(name, re.sub(r"\$\{\w+:-(.*)\}", r"\1", given))  # what stands there unless set
        return read_settings()

    return read


def test_the_application_its_migration_and_its_worker_are_services_of_ours():
    assert set(OURS) == {"migrate", "web", "worker"}


@pytest.mark.parametrize("service", OURS)
def test_every_variable_that_compose_sets_is_a_setting_the_code_reads(service: str):
    names = list(OURS[service]["environment"])
    assert names
    refuse_unknown(names)
    assert {name for name in names if not name.startswith("MERR_")} <= {"DATABASE_URL"}


def test_the_migration_makes_every_login_and_the_application_holds_neither_superuser_nor_owner(settings_of):
    database = SERVICES["db"]["environment"]
    where = f"word@db/{database['POSTGRES_DB']}"
    migrate, web = settings_of("migrate"), settings_of("web")
    assert migrate.database_url == f"postgresql+psycopg://{database['POSTGRES_USER']}:{where}"
    for login in LOGINS:
        assert getattr(migrate, f"dsn_{login}") == f"postgresql+psycopg://merr_{login}:{where}"
    assert (web.database_url, web.dsn_owner, web.dsn_backup) == (None, None, None)
    assert (web.dsn_web, web.dsn_audit) == (migrate.dsn_web, migrate.dsn_audit)


def test_only_the_web_application_listens_beyond_its_container_behind_one_proxy(settings_of):
    web, migrate = settings_of("web"), settings_of("migrate")
    check_address(web.host, web)
    assert not is_loopback(web.host)
    assert web.trusted_proxies == 1
    assert is_loopback(migrate.host)
    assert migrate.trusted_proxies == 0


def test_the_worker_holds_the_web_login_alone_and_the_server_beside_it_starts_none(settings_of):
    worker, web = settings_of("worker"), settings_of("web")
    assert worker.dsn_web == web.dsn_web
    assert (worker.database_url, worker.dsn_owner, worker.dsn_audit, worker.dsn_backup) == (None,) * 4
    assert "--no-worker" in OURS["web"]["command"]


def test_every_published_port_is_for_this_machine_alone(settings_of):
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published == [f"127.0.0.1:8050:{settings_of('web').port}"]


def test_the_application_waits_for_the_migration_and_the_migration_for_the_database():
    assert SERVICES["web"]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}
    assert SERVICES["worker"]["depends_on"] == SERVICES["web"]["depends_on"]
    assert SERVICES["migrate"]["depends_on"] == {"db": {"condition": "service_healthy"}}
    assert "healthcheck" in SERVICES["db"]
    assert SERVICES["migrate"]["restart"] == "no"


def test_no_password_stands_in_the_file():
    assert SERVICES["db"]["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")
    urls = [url for service in OURS.values() for url in service["environment"].values() if "@db" in url]
    assert len(urls) == 8
    assert not [url for url in urls if not re.search(r":\$\{[A-Z_]+_PASSWORD(:\?[^}]*)?\}@db/merr$", url)]


@pytest.mark.parametrize("service", OURS)
def test_each_service_runs_a_command_that_merr_has(service: str):
    command = typer.main.get_command(commands)
    words = [word for word in OURS[service]["command"] if not word.startswith("-")]
    for word in words:
        command = command.commands[word]
    given = set(OURS[service]["command"]) - set(words)
    assert given <= {option for one in command.params for option in (*one.opts, *one.secondary_opts)}


def test_the_image_runs_the_command_that_set_up_makes():
    text = (CLONE / "Dockerfile").read_text()
    assert 'ENTRYPOINT ["/app/.venv/bin/merr"]' in text
    assert re.search(r"^USER merr$", text, re.MULTILINE)
