"""`merr serve` with a certificate: the real server, asked over TLS and in the clear."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import make_url

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE_S = 120


@pytest.fixture
def certificate(tmp_path):
    """Return the paths of a certificate for localhost, which it vouches for itself, and of its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    cert_path, key_path = tmp_path / "cert.pem", tmp_path / "key.pem"
    cert_path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return cert_path, key_path


@pytest.fixture
def served(certificate, database_url, tmp_path):
    """Yield the port of a server that shows the certificate."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    cert, key = certificate
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "MERR_DSN_WEB": make_url(database_url).set(username="merr_web").render_as_string(hide_password=False),
        "MERR_STATE_DIR": str(tmp_path / "state"),
        "PYTHONPATH": str(ROOT),
    }
    options = ["serve", "--port", str(port), "--tls-cert", str(cert), "--tls-key", str(key)]
    log = tmp_path / "log"
    with log.open("wb") as written:
        process = subprocess.Popen(
            [sys.executable, "-c", "from cli.main import app; app()", *options],
            cwd=ROOT,
            env=environment,
            stdout=written,
            stderr=subprocess.STDOUT,
        )
        try:
            end = time.monotonic() + PATIENCE_S
            while time.monotonic() < end:
                assert process.poll() is None, log.read_text()
                with suppress(requests.ConnectionError):
                    requests.get(f"https://localhost:{port}/health", verify=str(cert), timeout=PATIENCE_S)
                    break
            yield port
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


@pytest.mark.asvs("12.2.1")
def test_the_server_speaks_tls_says_so_in_its_cookies_and_headers_and_answers_nothing_in_the_clear(
    served, certificate
):
    cert, address = certificate[0], f"https://localhost:{served}"
    with requests.Session() as browser:
        browser.trust_env = False  # the machine may name other authorities
        browser.verify = str(cert)
        page = browser.get(address + "/", headers={"Accept": "text/html"}, timeout=PATIENCE_S)
        assert page.url == f"{address}/sign-in?next=/"
        assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert page.headers["Server"] == "merr"
        same = {"Origin": address}
        offered = browser.post(f"{address}/sign-in/passkey", json={}, headers=same, timeout=PATIENCE_S)
        assert offered.status_code == 200
        assert offered.json()["options"]["rpId"] == "localhost"
        cookie = offered.headers["Set-Cookie"]
        assert cookie.startswith("__Host-merr-key=")
        assert "Secure" in cookie
        plain = {"Origin": address.replace("https", "http")}
        assert (
            browser.post(f"{address}/sign-in/passkey", json={}, headers=plain, timeout=PATIENCE_S).status_code
            == 403
        )
        assert (
            browser.get(f"{address}/health", headers={"Host": "evil.example"}, timeout=PATIENCE_S).status_code
            == 400
        )
    with pytest.raises(requests.ConnectionError):
        requests.get(f"http://localhost:{served}/health", timeout=PATIENCE_S)
