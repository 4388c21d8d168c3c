"""A real Elasticsearch for the tests: given, from Docker, or the server that Maven Central has; started once."""

import contextlib
import json
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.servers_kafka import cache, docker_answers, unavailable

VERSION = "9.5.0"
NEEDS_JAVA = 21
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"


def fetch_home() -> Path:
    """Return the folder of the server, fetched by Maven the first time."""
    home = cache() / f"elasticsearch-{VERSION}"
    if (home / "bin" / "elasticsearch").is_file():
        return home
    home.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home.parent) as work:
        plugin = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy"
        subprocess.run(
            ["mvn", "-q", "-B", plugin, f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={work}"],
            check=True, timeout=600, cwd=work,
        )  # fmt: skip
        with zipfile.ZipFile(next(Path(work).glob("*.zip"))) as archive:
            archive.extractall(work)
        unpacked = Path(work) / f"elasticsearch-{VERSION}"
        for script in (unpacked / "bin").iterdir():
            script.chmod(0o755)
        shutil.rmtree(home, ignore_errors=True)
        unpacked.rename(home)
    return home


def java_home() -> Path | None:
    """Return a Java that is new enough for the server."""
    given = [Path(os.environ[name]) for name in ("ES_JAVA_HOME", "JAVA_HOME") if os.environ.get(name)]
    for home in [*given, *sorted(Path("/usr/lib/jvm").glob("*"), reverse=True)]:
        with contextlib.suppress(OSError, ValueError, StopIteration):
            lines = (home / "release").read_text().splitlines()
            version = next(line for line in lines if line.startswith("JAVA_VERSION="))
            if int(version.split('"')[1].split(".")[0]) >= NEEDS_JAVA:
                return home
    return None


class ElasticsearchNode:
    """One server, as nobody where the tests run as root, in a folder of its own."""

    def __init__(
        self, settings: Mapping[str, Any] | None = None, heap: str = "400m", java_options: str = ""
    ) -> None:
        self.java, self.heap, self.settings = java_home(), heap, dict(settings or {})
        self.java_options = java_options
        # a user other than root must be able to read both
        self.base = Path(tempfile.mkdtemp(prefix="elasticsearch-", dir="/var/tmp"))
        self.home = self._readable(fetch_home())
        self.process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def start(self, timeout_s: float = 120.0) -> str:
        """Start the server, for the first time or again, and return its address."""
        self._configure()
        ports = self.base / "logs" / "http.ports"
        ports.unlink(missing_ok=True)
        with (self.base / "stdout.log").open("ab") as log:
            self.process = subprocess.Popen(
                self._as_user(self.home / "bin" / "elasticsearch", "--pidfile", self.base / "pid"),
                env=self._environment(), stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
        end = time.monotonic() + timeout_s
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(FileNotFoundError, IndexError, urllib.error.URLError, OSError):
                self.url = f"http://{ports.read_text().split()[0]}"
                with urllib.request.urlopen(f"{self.url}/_cluster/health?wait_for_status=yellow", timeout=5):
                    return self.url
            time.sleep(0.2)
        raise RuntimeError(f"Elasticsearch did not start: {(self.base / 'stdout.log').read_text()[-2000:]}")

    def kill(self) -> None:
        """Kill the server without warning."""
        os.kill(int((self.base / "pid").read_text()), signal.SIGKILL)
        if self.process:
            self.process.wait(20)

    def stop(self) -> None:
        """Stop the server and remove what it wrote."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
        shutil.rmtree(self.base, ignore_errors=True)

    def _configure(self) -> None:
        config = self.base / "config"
        if not config.exists():
            shutil.copytree(self.home / "config", config)
        for folder in ("data", "logs", "tmp"):
            (self.base / folder).mkdir(exist_ok=True)
        settings = {
            "cluster.name": "pactwatch-tests", "node.name": "one", "discovery.type": "single-node",
            "network.host": "127.0.0.1", "http.port": 0, "transport.port": 0, "node.portsfile": True,
            "path.data": str(self.base / "data"), "path.logs": str(self.base / "logs"),
            "cluster.routing.allocation.disk.threshold_enabled": False, "xpack.security.enabled": False,
            "action.auto_create_index": False,
        } | self.settings  # fmt: skip
        lines = (f"{key}: {json.dumps(value)}\n" for key, value in settings.items())
        (config / "elasticsearch.yml").write_text("".join(lines))
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            for path in [self.base, *self.base.rglob("*")]:
                os.chown(path, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)

    def _readable(self, home: Path) -> Path:
        """Return `home`, or a copy under /var/tmp where root keeps its own folder to itself."""
        if os.geteuid() != 0 or all(path.stat().st_mode & 0o005 == 0o005 for path in home.parents):
            return home
        copy = Path("/var/tmp") / f"pactwatch-elasticsearch-{VERSION}"
        if not (copy / "complete").exists():
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(home, copy)
            (copy / "complete").touch()
        return copy

    def _as_user(self, *command: object) -> list[str]:
        words = [str(word) for word in command]
        if os.geteuid() != 0:
            return words
        nobody = pwd.getpwnam("nobody")
        return [
            "setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups", "--", *words
        ]  # fmt: skip

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": "/usr/bin:/bin", "HOME": str(self.base), "ES_JAVA_HOME": str(self.java),
            "ES_PATH_CONF": str(self.base / "config"), "ES_TMPDIR": str(self.base / "tmp"),
            "ES_JAVA_OPTS": f"-Xms{self.heap} -Xmx{self.heap} {self.java_options}", "CLI_JAVA_OPTS": "-XX:TieredStopAtLevel=1",
        }  # fmt: skip


@contextlib.contextmanager
def elasticsearch_server(settings: Mapping[str, Any] | None = None) -> Iterator[str]:
    """Yield the address of a real Elasticsearch. Skips the test where none can be had, fails in CI."""
    if given := os.environ.get("PACTWATCH_TEST_ELASTICSEARCH"):
        yield given
    elif docker_answers():
        from testcontainers.elasticsearch import ElasticSearchContainer

        image = f"docker.elastic.co/elasticsearch/elasticsearch:{VERSION}"
        with ElasticSearchContainer(image, mem_limit="2g") as container:
            yield container.get_url()
    elif java_home() and shutil.which("mvn"):
        node = ElasticsearchNode(settings)
        try:
            yield node.start()
        finally:
            node.stop()
    else:
        unavailable(
            "no Elasticsearch: set PACTWATCH_TEST_ELASTICSEARCH, start Docker, or install mvn and Java 21"
        )
