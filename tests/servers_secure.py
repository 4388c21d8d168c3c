"""Kafka and Elasticsearch as strangers meet them: TLS by an authority made for the test, logins, roles."""

import base64
import hashlib
import os
import signal
import ssl
import subprocess
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import trustme
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from tests.servers_elasticsearch import ElasticsearchNode
from tests.servers_kafka import KafkaNodes

ADMIN = "admin-secret"


class Certificates(NamedTuple):
    """PEM files: the authority, the server's chain, its key, and both in one."""

    authority: Path
    chain: Path
    key: Path
    both: Path


def certificates(folder: Path) -> Certificates:
    """Make an authority and a certificate for 127.0.0.1."""
    authority = trustme.CA()
    server = authority.issue_cert("127.0.0.1", "localhost")
    found = Certificates(*(folder / f"{name}.pem" for name in ("authority", "chain", "key", "both")))
    authority.cert_pem.write_to_path(found.authority)
    key = load_pem_private_key(server.private_key_pem.bytes(), None).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    chain = b"".join(part.bytes() for part in server.cert_chain_pems)
    found.chain.write_bytes(chain)
    found.key.write_bytes(key)
    found.both.write_bytes(key + chain)
    return found


class SecureKafka(KafkaNodes):
    """One node that takes clients by SASL over TLS alone: SCRAM-SHA-512 and PLAIN."""

    def __init__(self, jars: Path, files: Certificates, user: str, password: str) -> None:
        super().__init__(jars)
        self.files, self.user, self.password = files, user, password

    def _configure(self, node: int) -> None:
        super()._configure(node)
        port, controller = self.ports[node], self.controllers[node]
        scram, plain = (
            f"org.apache.kafka.common.security.{module}LoginModule"
            for module in ("scram.Scram", "plain.Plain")
        )
        admin = f'required username="admin" password="{ADMIN}"'
        settings = {
            "listeners": f"SASL_SSL://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}",
            "advertised.listeners": f"SASL_SSL://127.0.0.1:{port}",
            "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,SASL_SSL:SASL_SSL",
            "inter.broker.listener.name": "SASL_SSL",
            "sasl.mechanism.inter.broker.protocol": "PLAIN",
            "sasl.enabled.mechanisms": "SCRAM-SHA-512,PLAIN",
            "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config": f"{scram} required;",
            "listener.name.sasl_ssl.plain.sasl.jaas.config": (
                f'{plain} {admin} user_admin="{ADMIN}" user_{self.user}="{self.password}";'
            ),
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": self.files.both,
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": self.files.authority,
        }
        with self._file(node).open("a") as file:
            file.write("".join(f"{key}={value}\n" for key, value in settings.items()))
        for folder in self.base.glob(f"data{node}"):
            subprocess.run(["rm", "-r", str(folder)], check=True)
        login = f"SCRAM-SHA-512=[name={self.user},password={self.password}]"
        tool = self._java(
            "kafka.tools.StorageTool",
            "format",
            "-t",
            self.cluster,
            "-c",
            str(self._file(node)),
            "--add-scram",
            login,
        )
        subprocess.run(tool, check=True, capture_output=True, timeout=60)


class SecureElasticsearch(ElasticsearchNode):
    """A server with TLS and file users; `users` gives each its password and the privileges on every index."""

    def __init__(self, files: Certificates, users: Mapping[str, tuple[str, list[str]]]) -> None:
        super().__init__(
            {
                "xpack.security.enabled": True, "xpack.security.transport.ssl.enabled": False,
                "xpack.security.http.ssl.enabled": True, "xpack.security.http.ssl.key": "key.pem",
                "xpack.security.http.ssl.certificate": "chain.pem", "xpack.license.self_generated.type": "basic",
            }
        )  # fmt: skip
        self.files, self.users = files, users

    def start(self, timeout_s: float = 120.0) -> str:
        """Start the server and return its address."""
        self._configure()
        ports = self.base / "logs" / "http.ports"
        with (self.base / "stdout.log").open("ab") as log:
            self.process = subprocess.Popen(
                self._as_user(self.home / "bin" / "elasticsearch", "--pidfile", self.base / "pid"),
                env=self._environment(), stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        context, (user, (password, _)) = (
            ssl.create_default_context(cafile=self.files.authority),
            next(iter(self.users.items())),
        )
        login = base64.b64encode(f"{user}:{password}".encode()).decode()
        end = time.monotonic() + timeout_s
        while time.monotonic() < end and self.process.poll() is None:
            try:
                self.url = f"https://{ports.read_text().split()[0]}"
                health = urllib.request.Request(f"{self.url}/_cluster/health?wait_for_status=yellow")
                health.add_header("Authorization", f"Basic {login}")
                with urllib.request.urlopen(health, timeout=5, context=context):
                    return self.url
            except (OSError, IndexError):
                time.sleep(0.2)
        raise RuntimeError(f"Elasticsearch did not start: {(self.base / 'stdout.log').read_text()[-3000:]}")

    def kill(self) -> None:
        """Kill the server without warning."""
        os.killpg(self.process.pid, signal.SIGKILL) if self.process else None

    def _configure(self) -> None:
        super()._configure()
        config = self.base / "config"
        roles = "".join(
            f"{user}:\n  cluster: {'[all]' if privileges == ['all'] else '[]'}\n  indices:\n"
            f"    - names: ['*']\n      privileges: {privileges}\n"
            for user, (_, privileges) in self.users.items()
        )
        written = {
            "users": "".join(f"{user}:{_hash(password)}\n" for user, (password, _) in self.users.items()),
            "users_roles": "".join(f"{user}:{user}\n" for user in self.users),
            "roles.yml": roles,
            "key.pem": self.files.key.read_text(),
            "chain.pem": self.files.chain.read_text(),
        }
        for name, text in written.items():
            (config / name).write_text(text)
            (config / name).chmod(0o644)


def _hash(password: str) -> str:
    """Return what the file realm keeps of a password: PBKDF2 with HMAC-SHA512."""
    salt, rounds = os.urandom(32), 1000
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, rounds, 32)
    return f"{{PBKDF2}}{rounds}${base64.b64encode(salt).decode()}${base64.b64encode(key).decode()}"
