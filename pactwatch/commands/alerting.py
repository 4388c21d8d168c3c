"""Commands on alerts: list, test on the past, why, why-not, deliveries, follow."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pactwatch import render
from pactwatch.alerting import Backtest, Difference, backtest, difference, grown, silence, why_not
from pactwatch.commands.context import Context
from pactwatch.commands.listings import Json, Limit, show
from pactwatch.commands.times import Since, moment
from sinks.reader import Reader
from stories import wire
from stories.errors import PermanentError
from stories.model import Alert, Document
from streams.match.facts import Matchable
from streams.match.subscription import Subscription

out = Console(soft_wrap=True)
FOLLOW_EVERY_S = 1.0
MOST = 1_000_000
Name = Annotated[str, typer.Argument(help="The name of a subscription in alerts.yaml.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    group = typer.Typer(no_args_is_help=True, help="See alerts, why they came, and what a rule would tell.")
    group.command("list")(listed)
    group.command("test")(tested)
    group.command("why")(why)
    group.command("why-not")(why_it_did_not)
    group.command()(deliveries)
    group.command()(follow)
    app.add_typer(group, name="alerts")


def listed(context: typer.Context, name: str = "", limit: Limit = 50, as_json: Json = False) -> None:
    """List alerts, newest first; --name keeps those of one subscription."""
    given: Context = context.obj
    show(given.reader().alerts(name, limit), as_json, render.alerts)


def deliveries(context: typer.Context, name: str = "", limit: Limit = 50, as_json: Json = False) -> None:
    """List how channels took alerts, newest first: after how many tries, or why not."""
    given: Context = context.obj
    show(given.reader().deliveries(name, limit), as_json, render.deliveries)


def why(context: typer.Context, alert: str, as_json: Json = False) -> None:
    """Show the receipt of one alert."""
    given: Context = context.obj
    found = given.reader().alert(alert)
    if found is None:
        raise PermanentError(f"there is no alert {alert!r}: `pactwatch alerts list` shows their ids")
    reasons = silence(given.reader().feeds()) if found.subject.kind == "subscription" else []
    if as_json:
        out.print_json(data=wire.to_builtins(found) | ({"silence": reasons} if reasons else {}))
        return
    out.print(render.alert(found))
    for reason in reasons:
        out.print(f"  {reason}", highlight=False, markup=False)


def why_it_did_not(
    context: typer.Context,
    name: Name,
    subject: Annotated[str, typer.Argument(help="The id of a story (or its address), cluster or pact.")],
    as_json: Json = False,
) -> None:
    """Name the clauses that keep a stored story, cluster or pact from a subscription."""
    given: Context = context.obj
    subscription = named(given.settings.alerts, name)
    documents = _subjects(given.reader(), subscription.on, subject)
    faults = [why_not(subscription, document) for document in documents]
    missing = min(faults, key=len)  # of a pact's many steps the one that came nearest
    if as_json:
        out.print_json(data=missing)
    elif missing:
        for clause in missing:
            out.print(f"failed: {clause}", highlight=False, markup=False)
    else:
        out.print(f"{name} matches it: `pactwatch alerts list --name {name}` shows what was told.")


def tested(
    context: typer.Context,
    name: Name,
    since: Since = "90d",
    diff: Annotated[
        Path | None,
        typer.Option(help="An older alerts.yaml: show what is gained and lost since.", exists=True),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show what a subscription would have told of the stored past, per day; nothing is sent."""
    given: Context = context.obj
    subscription = named(given.settings.alerts, name)
    history = list(_history(given, subscription.on, moment(since)))
    if diff is not None:
        _show_difference(difference(_older(diff, name), subscription, history), as_json)
    else:
        _show_backtest(backtest(subscription, history), as_json)


def follow(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A subscription; all of them without.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON alert a line.")] = False,
) -> None:
    """Print alerts as they come, until Ctrl-C."""
    given: Context = context.obj
    if name:
        named(given.settings.alerts, name)
    reader = given.reader()
    seen = {alert.id for alert in reader.alerts(name, MOST)}
    while True:
        for alert in reversed(reader.alerts(name, 500)):
            if alert.id not in seen:
                seen.add(alert.id)
                out.print(wire.encode(alert).decode() if as_json else render.alert(alert), markup=not as_json)
        time.sleep(FOLLOW_EVERY_S)


def named(subscriptions: list[Subscription], name: str) -> Subscription:
    """Return the subscription called `name`. Raises PermanentError that lists those there are."""
    for subscription in subscriptions:
        if subscription.name == name:
            return subscription
    known = ", ".join(subscription.name for subscription in subscriptions)
    raise PermanentError(f"there is no subscription {name!r}: alerts.yaml has {known}")


def _older(file: Path, name: str) -> Subscription:
    from pactwatch.settings import AlertsFile
    from pactwatch.yaml_lines import read

    return named(read(file, AlertsFile).alerts, name)


def _subjects(reader: Reader, kind: str, identity: str) -> list[Matchable]:
    found: list[Matchable] = []
    if kind == "story" and (story := reader.story(identity)):
        found = [story]
    elif kind == "cluster" and (cluster := reader.cluster(identity)):
        found = [cluster]
    elif kind == "pact":
        found = [*reader.pact_changes(identity)]
    if not found:
        raise PermanentError(
            f"there is no {kind} {identity!r} in the store, and the subscription is on each {kind}"
        )
    return found


def _history(given: Context, kind: str, since: datetime | None) -> Iterator[Document]:
    """Yield the documents of a kind as they came, oldest first."""
    reader = given.reader()
    if kind == "pact":
        start = since or datetime.min.replace(tzinfo=UTC)
        changes = [
            change
            for pact in reader.pacts(limit=MOST)
            for change in reader.pact_changes(pact.id)
            if change.timestamp >= start
        ]
        yield from sorted(changes, key=lambda one: (one.timestamp, one.id))
        return
    total = reader.counts().stories
    stories = render.progress(reader.every_story(since), "Reading stored stories", total)
    yield from grown(stories, given.options.clustering) if kind == "cluster" else stories


def _show_backtest(result: Backtest, as_json: bool) -> None:
    if as_json:
        alerts = [wire.to_builtins(alert) for alert in result.alerts]
        out.print_json(data={"alerts": alerts, "per_day": result.per_day})
        return
    out.print(render.per_day(result.per_day))
    out.print(render.alerts(sorted(result.alerts, key=lambda one: one.when, reverse=True)[:50]))
    out.print(f"{len(result.alerts)} alerts on {len(result.per_day)} days.")


def _show_difference(result: Difference, as_json: bool) -> None:
    if as_json:
        out.print_json(
            data={
                "gained": [wire.to_builtins(alert) for alert in result.gained],
                "lost": [wire.to_builtins(alert) for alert in result.lost],
            }
        )
        return
    for label, alerts in (("gained", result.gained), ("lost", result.lost)):
        out.print(f"[bold]{len(alerts)} {label}[/]")
        out.print(render.alerts(_newest(alerts)))


def _newest(alerts: list[Alert]) -> list[Alert]:
    return sorted(alerts, key=lambda alert: alert.when, reverse=True)[:50]
