"""Whether this container's service does its work: exit 0, or 1 with why. Standard library only, for speed.

`health.py page` asks the page; `health.py kafka` connects to the brokers, for services without a port (a
step that stands still ends its own process, so what remains to ask is whether it can reach its work).
"""

import os
import socket
import sys
import urllib.error
import urllib.request

TIMEOUT_S = 5.0


def page() -> str:
    """Return what is wrong with the page, "" where it answers."""
    address = f"http://127.0.0.1:{os.environ.get('PACTWATCH_PAGE_PORT', '8765')}/healthz"
    token = os.environ.get("PACTWATCH_PAGE_TOKEN", "").strip()
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"} if token else {})
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(request, timeout=TIMEOUT_S) as answer:
            return "" if answer.status == 200 else f"{address} answers {answer.status}"
    except (OSError, urllib.error.URLError) as error:
        return f"{address}: {error}"


def kafka() -> str:
    """Return why no broker can be reached, "" where one can."""
    faults = []
    for broker in os.environ.get("PACTWATCH_KAFKA_BOOTSTRAP", "127.0.0.1:9092").split(","):
        host, _, port = broker.strip().rpartition(":")
        try:
            with socket.create_connection((host.strip("[]"), int(port)), TIMEOUT_S):
                return ""
        except (OSError, ValueError) as error:
            faults.append(f"{broker}: {error}")
    return "; ".join(faults)


CHECKS = {"page": page, "kafka": kafka}


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
