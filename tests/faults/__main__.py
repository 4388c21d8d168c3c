"""`python -m tests.faults [NAME…]`: makes each fault many times on real servers, and prints what came of it."""

import argparse
import signal
import sys
import time
from collections.abc import Iterator, Sequence

from tests.faults import embedded, killing, scaled, serving, table
from tests.faults.fault import Embedded, Fault, Row, UnavailableError
from tests.faults.servers import Kept

FAULTS = {fault.name: fault for fault in (*killing.FAULTS, *serving.FAULTS)}


def main() -> int:
    """Run what was asked for; 1 where anything was lost, doubled or different."""
    asked = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # servers and processes are stopped, too
    unknown = set(asked.names) - FAULTS.keys()
    if unknown:
        raise SystemExit(f"no such fault: {', '.join(unknown)}; there are {', '.join(FAULTS)}")
    chosen = [FAULTS[name] for name in asked.names or FAULTS]
    rows = []
    for row in _rows(chosen, asked):
        rows.append(row)
        print(
            f"{time.strftime('%H:%M:%S')} {row.fault}: {'clean' if row.is_clean else 'NOT CLEAN'}", flush=True
        )
        print(table.markdown([row]), *row.wrong, sep="\n", flush=True)
        if not asked.dry:
            known = table.keep([row])
            table.put("faults", table.markdown(known[name] for name in FAULTS if name in known))
    print(table.markdown(rows))
    return 0 if all(row.is_clean for row in rows) else 1


def _rows(faults: Sequence[Fault], asked: argparse.Namespace) -> Iterator[Row]:
    with Kept() as kept:
        for fault in faults:
            times, started = asked.times or fault.times, time.monotonic()
            print(f"{time.strftime('%H:%M:%S')} {fault.name}: {fault.what}, {times} times", flush=True)
            try:
                yield _disturbed(fault, kept, asked.stories, times, asked.seed)
            except UnavailableError as reason:
                print(f"{fault.name} is left out: {reason}", flush=True)
            print(f"{fault.name} took {time.monotonic() - started:.0f} s", flush=True)


def _disturbed(fault: Fault, kept: Kept, stories: int, times: int, seed: int) -> Row:
    if isinstance(fault, Embedded):
        return embedded.disturbed(fault, stories, times, seed)
    return scaled.disturbed(kept.like(fault.nodes, fault.settings), fault, stories, times, seed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"faults to make (all): {', '.join(FAULTS)}")
    parser.add_argument("--times", type=int, help="how often each is made (10; 50 for embedded-killed)")
    parser.add_argument("--stories", type=int, default=20_000, help="how many stories a stream has")
    parser.add_argument("--seed", type=int, default=9, help="of the moments that are drawn")
    parser.add_argument("--dry", action="store_true", help="do not write the table into docs/operations.md")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
