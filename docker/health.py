"""Whether this container's service does its work: exit 0, or 1 with why. Standard library only, for speed.

`health.py page` asks whether the page is alive; `health.py ready` whether a worker or a poller has its share
of the work (a step that stands still ends its own process).
"""

import os
import sys
import urllib.error
import urllib.request

TIMEOUT_S = 5.0
HEALTH_PORT = os.environ.get("PACTWATCH_HEALTH_PORT", "8766")  # as docker-compose.yml has it


def page() -> str:
    """Return what is wrong with the page, "" where it answers."""
    return _asked(os.environ.get("PACTWATCH_PAGE_PORT", "8765"), "/healthz")


def ready() -> str:
    """Return why the process behind `--health-port` is not ready, "" where it is."""
    return _asked(HEALTH_PORT, "/readyz")


def _asked(port: str, path: str) -> str:
    address = f"http://127.0.0.1:{port}{path}"
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(address, timeout=TIMEOUT_S) as answer:
            return "" if answer.status == 200 else f"{address} answers {answer.status}"
    except (OSError, urllib.error.URLError) as error:
        return f"{address}: {error}"


CHECKS = {"page": page, "ready": ready}


def main(arguments: list[str]) -> int:
    """Run the check that is named."""
    if len(arguments) != 1 or arguments[0] not in CHECKS:
        sys.stderr.write(f"usage: health.py {'|'.join(CHECKS)}\n")
        return 2
    if fault := CHECKS[arguments[0]]():
        sys.stdout.write(f"{fault}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
