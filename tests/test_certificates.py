"""Servers whose certificate is not to be trusted, on loopback: which fault it is, and what to do, in words."""

import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import certifi
import pytest
import trustme
from typer.testing import CliRunner, Result

from pactwatch import cli
from tests.fakes_http import FakeServer, Reply, rss, serving
from tests.test_producers_poll import DATE, Desk, source

FEED = rss(("a", "Two states sign a pact", DATE))
HERE = "127.0.0.1"
NOW = datetime.now(UTC)


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """Make an authority that the fetcher trusts as it trusts those of browsers."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setattr(certifi, "where", lambda: str(tmp_path / "authority.pem"))
    return authority


@contextmanager
def showing(certificate: trustme.LeafCert) -> Iterator[FakeServer]:
    """Yield a server of a feed that shows `certificate`."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(tls)
    with serving(tls) as server:
        server.on("/feed", Reply(FEED))
        yield server


def certificate(authority: trustme.CA, fault: str) -> trustme.LeafCert:
    match fault:
        case "expired":
            return authority.issue_cert(
                HERE, not_before=NOW - timedelta(days=9), not_after=NOW - timedelta(days=1)
            )
        case "early":
            return authority.issue_cert(HERE, not_before=NOW + timedelta(days=1))
        case "host":
            return authority.issue_cert("news.example")
        case "unknown":
            return trustme.CA().issue_cert(HERE)
    return authority.issue_cert(HERE)


def check(folder: Path, url: str) -> Result:
    words = ["--store", str(folder / "store.db"), "feeds", "check", url, "--allow-private", "--json"]
    return CliRunner().invoke(cli.app, words, catch_exceptions=False)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("expired", "its certificate has expired"),
        ("early", "its certificate is not valid yet"),
        ("host", "its certificate is for another host"),
        ("unknown", "signed by an authority that nobody knows"),
    ],
)
def test_a_certificate_not_to_be_trusted_is_told_in_words(
    trusted: trustme.CA, fault: str, words: str, tmp_path: Path
) -> None:
    with showing(certificate(trusted, fault)) as server:
        [state] = Desk(source(server.url("/feed"))).poll()
        ran = check(tmp_path, server.url("/feed"))
        asked = server.requests

    [found] = json.loads(ran.stdout)
    assert ran.exit_code == 1
    for kind, said in ((state.error_kind, state.error), (found["error_kind"], found["error"])):
        assert kind == "certificate"
        assert words in said
        assert (
            "To do: check the address and this machine's clock; if both are right, tell the publisher" in said
        )
    assert asked == []  # nothing was said over a connection that cannot be trusted


def test_a_self_signed_certificate_is_called_so() -> None:
    alone = trustme.CA()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with alone.cert_pem.tempfile() as chain, alone.private_key_pem.tempfile() as key:
        tls.load_cert_chain(chain, key)
    with serving(tls) as server:
        [state] = Desk(source(server.url("/feed"))).poll()

    assert state.error_kind == "certificate"
    assert "its certificate is self-signed" in state.error


def test_a_certificate_that_is_renewed_ends_the_fault(trusted: trustme.CA) -> None:
    with showing(certificate(trusted, "")) as server:
        desk = Desk(source(server.url("/feed")))
        [state] = desk.poll()

    assert (state.error, [story.title for story in desk.stories]) == ("", ["Two states sign a pact"])


def test_a_server_without_tls_is_no_fault_of_a_certificate() -> None:
    with serving() as server:
        server.on("/feed", Reply(FEED))
        [state] = Desk(source(server.url("/feed").replace("http:", "https:"))).poll()

    assert state.error_kind == "tls"
    assert "no safe connection" in state.error
