"""docker-compose.yml: accepted by compose's own code, on loopback, without secrets, with real commands."""

import re
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest
import typer
import yaml

from pactwatch import cli
from pactwatch.settings import Options, load
from tests.composing import COMPOSE, READERS, ROOT, RefusedError, resolve

SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
OURS = ("setup", "poll", "work", "page")
ONCE = ("setup", "kibana-user")
SECRETS = ("ELASTIC_PASSWORD", "KIBANA_PASSWORD", "KIBANA_ENCRYPTION_KEY", "PACTWATCH_PAGE_TOKEN")
FILLED_IN = dict.fromkeys(SECRETS, "filledin0123456789abcdef01234567")
LASTING = sorted(SERVICES.keys() - set(ONCE))


def variables_named(text: str) -> set[str]:
    """Return the variables that compose fills in; $${…} is the shell's."""
    return set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", text))


def settable() -> set[str]:
    """Return every PACTWATCH_… variable that pactwatch reads: one per option, and the secrets beside them."""
    plain = msgspec.to_builtins(Options())
    options = {f"PACTWATCH_{part}_{name}".upper() for part, options in plain.items() for name in options}
    code = "".join(
        (ROOT / "pactwatch" / name).read_text(encoding="utf-8") for name in ("connections.py", "service.py")
    )
    return options | set(re.findall(r'"(PACTWATCH_[A-Z_]+)"', code))


# ---- what compose itself says -------------------------------------------------------------------------


@pytest.mark.parametrize("reader", READERS)
def test_compose_takes_the_file(reader: str, tmp_path: Path) -> None:
    project = resolve(reader, COMPOSE, FILLED_IN, tmp_path)

    services = {name: service for name, service in project["services"].items() if not service.get("profiles")}
    assert set(services) == {*OURS, "kafka", "elasticsearch", "kibana", "kibana-user"}
    published = {
        name: [(port["host_ip"], port["published"]) for port in service["ports"]]
        for name, service in services.items()
        if service.get("ports")
    }
    assert published == {
        "kafka": [("127.0.0.1", "9092")],
        "elasticsearch": [("127.0.0.1", "9200")],
        "kibana": [("127.0.0.1", "5601")],
        "page": [("127.0.0.1", "8765")],
    }


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("right", "wrong", "named"),
    [
        ("restart: unless-stopped", "restarts: unless-stopped", "restarts"),
        (
            "setup: {condition: service_completed_successfully}",
            "set-up: {condition: service_healthy}",
            "set-up",
        ),
        ("condition: service_healthy", "condition: service_happy", "condition"),
        ("work-state:/var/lib/pactwatch", "other-state:/var/lib/pactwatch", "other-state"),
        ('"127.0.0.1:8765:8765"', '"127.0.0.1:8765:eight"', "eight"),
        ("mem_limit: 512m", "mem_limit: much", "much"),
    ],
)
def test_compose_refuses_a_broken_file_and_names_the_fault(
    reader: str, right: str, wrong: str, named: str, tmp_path: Path
) -> None:
    text = COMPOSE.read_text(encoding="utf-8")
    assert right in text
    broken = tmp_path / "docker-compose.yml"
    broken.write_text(text.replace(right, wrong), encoding="utf-8")

    with pytest.raises(RefusedError, match=named):
        resolve(reader, broken, FILLED_IN, tmp_path)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("value", [None, ""])
@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_that_is_not_filled_in_is_named(
    reader: str, secret: str, value: str | None, tmp_path: Path
) -> None:
    given = {name: text for name, text in (FILLED_IN | {secret: value}).items() if text is not None}

    with pytest.raises(RefusedError, match=rf"{secret} is missing a value: set it in \.env"):
        resolve(reader, COMPOSE, given, tmp_path)


@pytest.mark.parametrize("reader", READERS)
def test_every_secret_comes_from_env(reader: str, tmp_path: Path) -> None:
    """With other values in .env nothing that is named like a secret stays what it was."""
    telling = re.compile(r"PASSWORD|SECRET|TOKEN|_KEY$|ENCRYPTIONKEY")
    found = []
    for value in ("one0123456789", "two0123456789"):
        project = resolve(reader, COMPOSE, dict.fromkeys(SECRETS, value), tmp_path)
        services = project["services"].items()
        found.append({
            (service, name): text
            for service, parts in services
            for name, text in (parts.get("environment") or {}).items()
            if telling.search(name)
        })  # fmt: skip

    assert len(found[0]) >= 9
    assert [key for key, text in found[0].items() if text == found[1][key]] == []


# ---- what a person relies on --------------------------------------------------------------------------


def test_no_secret_stands_in_the_file() -> None:
    text = COMPOSE.read_text(encoding="utf-8")
    values = re.findall(r"^\s*\w*(?:PASSWORD|KEY|SECRET|TOKEN)\w*: *(\S.*)$", text, re.MULTILINE)

    assert len(values) == 7
    assert [value for value in values if not re.match(r"\$\{[A-Z_]+:\?", value)] == []
    assert re.findall(r"://[^\s/@]*@", text) == []


def test_the_example_names_every_variable_and_fills_in_no_secret() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    offered = dict(re.findall(r"^#?([A-Z_]+)=(.*)$", example, re.MULTILINE))

    assert offered.keys() == variables_named(COMPOSE.read_text(encoding="utf-8"))
    assert {name: offered[name] for name in SECRETS} == dict.fromkeys(SECRETS, "")


def test_env_is_kept_out_of_git_and_the_example_is_not() -> None:
    asked = [
        subprocess.run(["git", "check-ignore", "--quiet", name], cwd=ROOT, check=False).returncode
        for name in (".env", ".env.example")
    ]

    assert asked == [0, 1]


@pytest.mark.parametrize("name", SERVICES)
def test_ports_are_on_loopback(name: str) -> None:
    ports = SERVICES[name].get("ports", [])

    assert [port for port in ports if not str(port).startswith("127.0.0.1:")] == []
    assert "network_mode" not in SERVICES[name]


@pytest.mark.parametrize("name", LASTING)
def test_what_lasts_is_watched_and_comes_back(name: str) -> None:
    service = SERVICES[name]
    health = service["healthcheck"]

    assert service["restart"] == "unless-stopped"
    assert {"test", "interval", "timeout", "retries", "start_period"} <= health.keys()
    assert health["test"][0] in ("CMD", "CMD-SHELL")
    assert "mem_limit" in service


@pytest.mark.parametrize("name", SERVICES)
def test_who_waits_waits_for_the_right_thing(name: str) -> None:
    for other, how in SERVICES[name].get("depends_on", {}).items():
        wanted = "service_completed_successfully" if other in ONCE else "service_healthy"
        assert how["condition"] == wanted, other


def test_nothing_of_ours_starts_before_its_servers_are_set_up() -> None:
    for name in ("poll", "work", "page"):
        assert SERVICES[name]["depends_on"].keys() == {"kafka", "elasticsearch", "setup"}
    assert SERVICES["setup"]["depends_on"].keys() == {"kafka", "elasticsearch", "kibana"}


def test_what_must_last_is_on_a_volume() -> None:
    kept = {
        name: [mount.split(":")[1] for mount in service.get("volumes", []) if re.match(r"[a-z-]+:", mount)]
        for name, service in SERVICES.items()
    }

    assert {name: paths for name, paths in kept.items() if paths} == {
        "kafka": [SERVICES["kafka"]["environment"]["KAFKA_LOG_DIRS"]],
        "elasticsearch": ["/usr/share/elasticsearch/data"],
        "kibana": ["/usr/share/kibana/data"],
        "work": ["/var/lib/pactwatch"],
        "prometheus": ["/prometheus"],
    }


@pytest.mark.parametrize("name", SERVICES)
def test_no_container_has_more_rights_than_it_needs(name: str) -> None:
    service = SERVICES[name]

    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "privileged" not in service
    if name in OURS:
        assert service["read_only"] is True
        assert service["tmpfs"][0].startswith("/tmp")
        assert service["volumes"][0].endswith(":/etc/pactwatch:ro")


def test_elasticsearch_asks_who_comes() -> None:
    environment = SERVICES["elasticsearch"]["environment"]

    assert environment["xpack.security.enabled"] == "true"
    assert environment["ELASTIC_PASSWORD"]


# ---- what pactwatch itself understands ----------------------------------------------------------------


@pytest.mark.parametrize("name", OURS)
def test_the_command_is_one_that_pactwatch_has(name: str) -> None:
    app: Any = typer.main.get_command(cli.app)
    shared = app.make_context("pactwatch", list(SERVICES[name]["command"]))
    words = [*shared._protected_args, *shared.args]
    found, command, rest = app.resolve_command(shared, words)

    assert found == name
    assert shared.params["config"] == Path("/etc/pactwatch")
    assert command.make_context(name, rest).args == []


@pytest.mark.parametrize("name", OURS)
def test_the_environment_is_what_pactwatch_reads(name: str, tmp_path: Path) -> None:
    environment = resolve("composecheck", COMPOSE, FILLED_IN, tmp_path)["services"][name]["environment"]
    options = load(None, environment).options
    listeners = SERVICES["kafka"]["environment"]["KAFKA_ADVERTISED_LISTENERS"].split(",")

    assert environment.keys() <= settable()
    assert f"INSIDE://{options.kafka.bootstrap}" in listeners
    assert options.elasticsearch.url == "http://elasticsearch:9200"
    assert options.kibana.url == "http://kibana:5601"
    assert options.elasticsearch.username == "elastic"
    assert environment["PACTWATCH_ELASTICSEARCH_PASSWORD"] == FILLED_IN["ELASTIC_PASSWORD"]
    if name == "page":
        assert (options.page.host, options.page.port) == ("0.0.0.0", 8765)
