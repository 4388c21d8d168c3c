"""`make bench`: every module here that has a TITLE and a `run`, or those named, each printed as a table."""

import importlib
import pkgutil
import sys
from collections.abc import Iterable, Mapping

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

import tests.bench
from tests.bench import corpus

out = Console()


def main(names: list[str]) -> None:
    """Run the modules `names`, all of them where none is named."""
    known = sorted(module.name for module in pkgutil.iter_modules(tests.bench.__path__))
    for name in names or [name for name in known if not name.startswith("_")]:
        module = importlib.import_module(f"tests.bench.{name}")
        if hasattr(module, "run"):
            warn()
            show(module.TITLE, module.run())


def warn() -> None:
    """Say so, so that nobody misses it, where the stories to measure with are a stand-in."""
    if not corpus.archive().exists():
        out.print(Panel(corpus.MISSING, title="STAND-IN", style="bold white on red"))


def show(title: str, rows: Iterable[Mapping[str, object]]) -> None:
    """Print `rows` as one table; the first row names the columns."""
    found = [dict(row) for row in rows]
    table = Table(title=title)
    for column in found[0] if found else ():
        table.add_column(column, justify="left" if column == "what" else "right")
    for row in found:
        table.add_row(*(f"{value:,}" if isinstance(value, int) else str(value) for value in row.values()))
    out.print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
