"""Times as people write them on a command line: 90d, 12h, 2022-07-05."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from stories.datemath import resolve

Since = Annotated[
    str | None, typer.Option(help="From when on: 90d, 12h, 2w, or a date such as 2022-07-05.", metavar="TIME")
]


def moment(text: str | None) -> datetime | None:
    """Return the moment that `text` names, None for None. Raises typer.BadParameter."""
    if text is None:
        return None
    now = datetime.now(UTC)
    try:
        return resolve(f"now-{text}" if text[-1:].isalpha() else text, now, end=False)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no time: write 90d, 12h, or 2022-07-05") from error
