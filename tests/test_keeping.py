"""What leaves the store and what comes back: retention, one story on request, backup and restore, older files."""

import dataclasses
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from pactwatch import cli
from pactwatch.backup import backup, restore
from pactwatch.embedded import Embedded
from pactwatch.pipeline import build
from pactwatch.settings import load
from sinks.sqlite import schema
from sinks.sqlite.reader import SqliteReader
from sinks.sqlite.sink import SqliteSink
from stories import wire
from stories.errors import PermanentError
from stories.model import Pact, Story
from stories.withdrawal import withdrawn
from streams import state as states
from streams.match.subscription import Subscription
from streams.state import SqliteState, connect
from tests.stories_made import NOON, story

SIGNED = "Russia and Iran signed a 20-year strategic partnership treaty in Moscow on Friday."
RATIFIED = "Iran's parliament ratified the strategic partnership treaty with Russia on Wednesday."


def filled(path: Path, *stories: Story) -> None:
    """Take `stories` the whole way into the store at `path`."""
    with closing(Embedded(path, build(load(None, {})))) as embedded:
        for one in stories:
            embedded.process([one])


def told(path: Path, *arguments: str) -> tuple[int, str]:
    ran = CliRunner().invoke(cli.app, ["--store", str(path), *arguments])
    return ran.exit_code, ran.output + (str(ran.exception) if ran.exit_code == 1 and ran.exception else "")


def raw(path: Path) -> bytes:
    """Return every byte of a store, its log included and its free pages overwritten."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.read_bytes()


def dumped(path: Path) -> list[str]:
    """Return everything that a store holds, as SQL."""
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "store.db"
    late = NOON + timedelta(days=3)
    filled(
        path,
        story("a", title="Treaty signed", body=SIGNED),
        story("b", title="Treaty signed in Moscow", body=SIGNED + " Ministers watched."),
        msgspec.structs.replace(
            story("c", title="Zanzibar parliament ratifies", body=RATIFIED),
            timestamp=late,
            published=late,
            fetched=late,
        ),
    )
    return path


# ---- one story on request


def test_a_forgotten_story_leaves_no_word_behind_and_never_comes_back(store: Path) -> None:
    again = story("c", title="Zanzibar parliament ratifies", body=RATIFIED)
    assert b"Zanzibar" in raw(store)

    assert told(store, "forget", "c", "--dry-run")[0] == 0
    assert b"Zanzibar" in raw(store)
    code, words = told(store, "forget", "c")
    filled(
        store,
        again,
        msgspec.structs.replace(again, body="Zanzibar, edited"),
        msgspec.structs.replace(again, id="twin"),
    )
    with closing(SqliteReader(store)) as reader:
        found = reader.story("c"), reader.search("zanzibar"), reader.counts().stories
        steps = [step.step for pact in reader.pacts() for step in pact.steps]

    assert code == 0
    assert "not be admitted again" in words
    assert found == (None, [], 2)
    assert "ratified" not in steps  # what it alone told of the pact
    assert "signed" in steps
    assert b"zanzibar" not in raw(store).lower()


def test_what_a_digest_holds_of_it_is_never_told(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    daily = Subscription(name="daily", query="topics:ratification", digest="daily", on="story")
    steps = build(dataclasses.replace(load(None, {}), alerts=[daily]))
    gone, kept = (story(name, title=f"{name} ratifies", body=RATIFIED) for name in ("Zanzibar", "Iran"))
    with closing(Embedded(path, steps)) as embedded:
        embedded.process([gone, kept])
        assert embedded.undelivered() == []
        embedded.withdraw(withdrawn(gone))
        embedded.tick(NOON + timedelta(days=2))
        told_of = [alert.subject.id for _, alert in embedded.undelivered()]
    with closing(SqliteReader(path)) as reader:
        listed = [alert.subject.id for alert in reader.alerts()]

    assert told_of == listed == ["Iran"]
    assert b"zanzibar ratifies" not in raw(path).lower()


def test_the_others_stay_in_their_cluster_and_an_empty_one_is_none(store: Path) -> None:
    with closing(SqliteReader(store)) as reader:
        [cluster] = reader.clusters()
    assert {link.id for link in cluster.stories} == {"a", "b", "c"}

    told(store, "forget", "https://news.test/b")
    told(store, "forget", "c")
    with closing(SqliteReader(store)) as reader:
        left = reader.cluster(cluster.id)
    assert left is not None
    assert ([link.id for link in left.stories], left.size, left.title) == (["a"], 1, "Treaty signed")

    told(store, "forget", "a")
    with closing(SqliteReader(store)) as reader:
        assert (reader.cluster(cluster.id), reader.clusters(), reader.pacts()) == (None, [], [])
        assert reader.counts().clusters == 0
    assert b"moscow" not in raw(store).lower()


def test_a_closed_cluster_is_rid_of_it_too(store: Path) -> None:
    later = NOON + timedelta(days=30)
    filled(store, *(
        msgspec.structs.replace(story(f"later-{n}", title=f"Elephants {n}", body=f"Quite other news {n}"), timestamp=later, published=later, fetched=later)
        for n in range(4)
    ))  # fmt: skip

    told(store, "forget", "b")

    with closing(SqliteReader(store)) as reader:
        assert all(link.id != "b" for cluster in reader.clusters(limit=100) for link in cluster.stories)
    assert b"Ministers watched" not in raw(store)


def test_a_forgotten_story_replayed_changes_nothing(store: Path) -> None:
    with closing(SqliteReader(store)) as reader:
        gone = withdrawn(reader.story("a") or pytest.fail("not there"))
    filled(store, gone)
    before = dumped(store)
    filled(store, gone)

    assert before == dumped(store)


def test_what_is_not_there_cannot_be_forgotten(store: Path) -> None:
    code, words = told(store, "forget", "nothing")

    assert code == 1
    assert "there is no story nothing" in words


# ---- retention


def test_what_is_too_old_goes_and_pacts_keep_their_evidence(store: Path) -> None:
    days = (datetime.now(UTC) - NOON - timedelta(days=1)).days
    with closing(SqliteReader(store)) as reader:
        pacts = reader.pacts()

    assert "Would remove 2 stories" in told(store, "prune", "--days", str(days), "--dry-run")[1]
    with closing(SqliteReader(store)) as reader:
        assert reader.counts().stories == 3
    assert "Removed 2 stories" in told(store, "prune", "--days", str(days))[1]

    with closing(SqliteReader(store)) as reader:
        assert [one.id for one in reader.search("")] == ["c"]
        assert reader.search("signed") == []
        assert reader.pacts() == pacts
        assert any(step.evidence.text in SIGNED for pact in pacts for step in pact.steps)
    filled(store, story("a", title="Treaty signed", body=SIGNED))
    with closing(SqliteReader(store)) as reader:
        assert reader.story("a") is None  # known, so no news


def test_without_a_number_of_days_nothing_is_removed(store: Path) -> None:
    code, words = told(store, "prune")

    assert code == 1
    assert "retention.days" in words


# ---- backup and restore


def test_a_backup_is_taken_while_a_writer_works_and_comes_back_whole(store: Path, tmp_path: Path) -> None:
    copy, other = tmp_path / "copy.db", tmp_path / "other.db"
    with closing(Embedded(store, build(load(None, {})))) as embedded:
        embedded.state.connection.execute("BEGIN IMMEDIATE")  # a batch in the making
        held = backup(store, copy)
        embedded.state.connection.execute("ROLLBACK")

    restore(copy, other)
    filled(other, story("a", title="Treaty signed", body=SIGNED))

    assert held.stories == 3
    with closing(SqliteReader(store)) as old, closing(SqliteReader(other)) as new:
        assert list(old.every_story()) == list(new.every_story())
        assert old.pacts() == new.pacts()
        assert new.search("moscow") == old.search("moscow")


def test_restore_keeps_what_stood_there_and_refuses_a_store_in_use(store: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    backup(store, copy)
    filled(store, story("new", title="Later news"))

    with pytest.raises(PermanentError, match="--replace"):
        restore(copy, store)
    with (
        closing(Embedded(store, build(load(None, {})))),
        pytest.raises(PermanentError, match="another pactwatch"),
    ):
        restore(copy, store, replace=True)
    restore(copy, store, replace=True)

    with (
        closing(SqliteReader(store)) as now,
        closing(SqliteReader(tmp_path / "store.db.before-restore")) as before,
    ):
        assert (now.counts().stories, before.counts().stories) == (3, 4)


@pytest.mark.parametrize("content", [b"", b"no database at all", b"SQLite format 3\0" + b"\xff" * 5000])
def test_what_is_no_backup_is_refused_and_the_store_stays(
    content: bytes, store: Path, tmp_path: Path
) -> None:
    broken, before = tmp_path / "broken.db", dumped(store)
    broken.write_bytes(content)

    with pytest.raises(PermanentError, match=r"broken\.db"):
        restore(broken, store, replace=True)

    assert before == dumped(store)


def test_a_backup_never_overwrites(store: Path, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("mine")

    with pytest.raises(PermanentError, match="already"):
        backup(store, tmp_path / "copy.db")


# ---- older and newer


def test_a_state_of_version_1_is_brought_up_to_date(store: Path) -> None:
    with closing(connect(store)) as connection:
        connection.execute("UPDATE facts SET value = '1' WHERE name = 'state_version'")
        connection.execute("ALTER TABLE outbox DROP COLUMN trace")  # it came with version 3
        connection.execute(
            "UPDATE state SET record = x'80' WHERE name = 'cluster.live'"
        )  # as unreadable as it was then

    filled(store, story("d", title="Treaty signed again", body=SIGNED))

    with closing(SqliteReader(store)) as reader:
        assert reader.story("a") is not None
        assert reader.story("d") is not None
    with closing(connect(store)) as connection:
        [version] = connection.execute("SELECT value FROM facts WHERE name = 'state_version'").fetchone()
    assert version == str(states.STATE_VERSION)


def test_a_migration_that_fails_changes_nothing(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(states.MIGRATIONS, 1, ("DELETE FROM state", "DELETE FROM no_such_table"))
    with closing(connect(store)) as connection:
        connection.execute("UPDATE facts SET value = '1' WHERE name = 'state_version'")
        held = connection.execute("SELECT count(*) FROM state").fetchone()
        with pytest.raises(sqlite3.OperationalError):
            SqliteState(connection).create()

        assert connection.execute("SELECT count(*) FROM state").fetchone() == held
        assert connection.execute("SELECT value FROM facts WHERE name = 'state_version'").fetchone() == ("1",)


def test_every_older_state_has_a_way_up() -> None:
    assert sorted(states.MIGRATIONS) == list(range(1, states.STATE_VERSION))
    assert sorted(schema.MIGRATIONS) == list(range(1, schema.VERSION))


def test_an_older_store_is_migrated_in_one_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(connect(tmp_path / "old.db")) as connection:
        SqliteSink(connection).create()
        monkeypatch.setattr(schema, "VERSION", 3)
        monkeypatch.setitem(schema.MIGRATIONS, 1, "CREATE TABLE extra (id TEXT)")
        monkeypatch.setitem(schema.MIGRATIONS, 2, "ALTER TABLE extra ADD COLUMN more TEXT")
        SqliteSink(connection).create()

        assert connection.execute("PRAGMA user_version").fetchone() == (3,)
        assert connection.execute("SELECT id, more FROM extra").fetchall() == []


def test_a_newer_reader_takes_older_documents_and_an_older_one_refuses_newer() -> None:
    plain = wire.encode(story("a"))

    assert b'"schema"' not in plain  # the first one is understood where nothing is said
    assert wire.decode(plain, Story).schema == 1
    assert wire.decode(wire.encode(withdrawn(story("a"))), Story).withdrawn
    assert b'"schema":2' in wire.encode(withdrawn(story("a")))
    with pytest.raises(wire.WireError, match=r"schema 3, but this pactwatch reads up to 2: upgrade it"):
        wire.decode(plain[:-1] + b',"schema":3}', Story)
    with pytest.raises(wire.WireError, match="upgrade it"):
        wire.decode(
            b'{"id":"p","name":"n","first_seen":"2026-01-01T00:00:00Z","last_seen":"2026-01-01T00:00:00Z","schema":99}',
            Pact,
        )
