"""Stories fall into clusters as they arrive: joins, merges, copies, time, languages, edits."""

from datetime import timedelta

from stories.model import Cluster, Story
from streams.cluster import terms
from streams.cluster.operator import ClusterOperator, ClusterOptions
from streams.cluster.records import CLOCK, LIVE, MEMBERS, SEEN, Clock, Live, Member, Seen
from streams.operator import Event, MemoryState, run
from tests.stories_made import NOON, story

PACT = "Senate ratifies grain pact with Freedonia"
STORM = "Storm floods coastal towns in Sylvania"


class Clustering:
    """An operator with its state, and what it said last."""

    def __init__(self, **options: float) -> None:
        self.operator, self.state = ClusterOperator(ClusterOptions(**options)), MemoryState()

    def place(self, name: str, title: str, **fields: object) -> Story:
        """Return the story as it went out."""
        fields.setdefault("language", "en")
        return self.take(story(name, title=title, **fields))

    def take(self, arrived: Story) -> Story:
        """Return the story `arrived` as it went out."""
        self.events = run(self.operator, self.state, Event("tagged", "", arrived))
        return next(one for one in self.stories() if one.id == arrived.id)

    def stories(self) -> list[Story]:
        """Return the stories of the last decision."""
        return [event.document for event in self.events if isinstance(event.document, Story)]

    def clusters(self) -> dict[str, Cluster]:
        """Return the clusters of the last decision, by id."""
        return {
            event.document.id: event.document for event in self.events if isinstance(event.document, Cluster)
        }


def test_stories_of_one_event_meet_and_others_stay_apart():
    clustering = Clustering()

    first = clustering.place("a", PACT)
    second = clustering.place(
        "b", "Grain pact with Freedonia ratified by senate", when=NOON + timedelta(hours=1)
    )
    other = clustering.place("c", STORM)

    assert first.cluster == second.cluster != other.cluster
    assert "freedonia" in second.tie


def test_the_document_lists_its_stories_newest_first():
    clustering = Clustering()
    for hour, name in enumerate("abc"):
        placed = clustering.place(name, PACT, when=NOON + timedelta(hours=hour), outlet=f"Outlet {name}")

    document = clustering.clusters()[placed.cluster]

    assert [link.id for link in document.stories] == ["c", "b", "a"]
    assert (document.size, document.first_seen, document.last_seen) == (3, NOON, NOON + timedelta(hours=2))
    assert document.outlets == ["Outlet a", "Outlet b", "Outlet c"]


def test_a_clusters_title_is_that_of_its_most_central_story():
    clustering = Clustering()
    titles = "Freedonia grain: live updates", "Freedonia: senate ratifies grain pact", PACT
    for name, title in zip("abc", titles, strict=True):
        placed = clustering.place(name, title)

    assert clustering.clusters()[placed.cluster].size == 3
    assert clustering.clusters()[placed.cluster].title in titles[1:]


def test_a_wire_copy_is_no_origin_of_its_own():
    clustering = Clustering()
    body = " ".join(f"word{n} of the long report on the grain pact" for n in range(20))
    clustering.place("a", PACT, body=body)
    clustering.place("b", PACT, body=body + " (Wire)")
    placed = clustering.place(
        "c", PACT, body="Freedonia says that the senate has now ratified its grain pact, at last."
    )

    document = clustering.clusters()[placed.cluster]

    assert (document.size, document.origins) == (3, 2)


def test_an_event_seen_before_changes_nothing():
    clustering = Clustering()
    arrived = story("a", title=PACT, language="en")
    clustering.take(arrived)

    decision = clustering.operator.decide(clustering.state, Event("tagged", "", arrived))

    assert (list(decision.changes), list(decision.events)) == ([], [])


def test_an_edit_stays_where_the_story_is():
    clustering = Clustering()
    placed = clustering.place("a", PACT)

    edited = clustering.place("a", STORM, revision=2)

    assert (edited.cluster, edited.revision) == (placed.cluster, 2)
    assert clustering.clusters()[placed.cluster].title == STORM


def grown_together() -> Clustering:
    """Return a clustering whose last story showed two clusters to be one."""
    clustering = Clustering(join=0.3, merge=0.1)
    clustering.place("a", "Freedonia signs grain pact")
    clustering.place("b", "Sylvania parliament debate harbour treaty", when=NOON + timedelta(minutes=1))
    clustering.place(
        "c", "Freedonia grain pact: Sylvania harbour treaty debate", when=NOON + timedelta(minutes=2)
    )
    return clustering


def test_clusters_grown_together_become_one_under_the_older_id():
    clustering = grown_together()
    first, second = (clustering.state.get(SEEN, name) for name in "ab")

    into = clustering.clusters()[first.cluster]
    gone = next(one for one in clustering.clusters().values() if one.state == "merged")

    assert first.cluster == second.cluster
    assert (gone.merged_into, into.merged_from) == (into.id, [gone.id])
    assert (into.size, len(into.stories), into.state) == (3, 3, "live")


def test_a_moved_story_goes_out_again_with_a_higher_revision():
    moved = {one.id: one for one in grown_together().stories()}

    assert moved["b"].revision == 2
    assert len({one.cluster for one in moved.values()}) == 1


def test_an_edit_after_a_merge_outranks_the_move():
    clustering = grown_together()

    edited = clustering.place("b", "Sylvania parliament debates treaty", revision=2)

    assert edited.revision == 3


def test_a_cluster_closes_once_its_window_has_passed():
    clustering = Clustering(window_days=5)
    old = clustering.place("a", PACT)

    clustering.place("b", STORM, when=NOON + timedelta(days=6))

    assert clustering.clusters()[old.cluster].state == "closed"
    assert clustering.state.get(LIVE, old.cluster) is None
    assert [key for key, _ in clustering.state.items(MEMBERS)] == [f"{clustering.stories()[0].cluster}\x1fb"]


def test_the_same_words_outside_the_window_are_another_event():
    clustering = Clustering(window_days=5)
    old = clustering.place("a", PACT)

    assert clustering.place("b", PACT, when=NOON + timedelta(days=6)).cluster != old.cluster


def test_a_late_story_finds_its_cluster_within_the_window():
    clustering = Clustering(window_days=5)
    early = clustering.place("a", PACT)
    clustering.place("b", STORM, when=NOON + timedelta(days=4))

    late = clustering.place("c", PACT, when=NOON - timedelta(days=1))

    assert late.cluster == early.cluster
    assert clustering.clusters()[late.cluster].first_seen == NOON - timedelta(days=1)


def test_a_closed_clusters_story_that_is_edited_keeps_its_cluster():
    clustering = Clustering(window_days=5)
    old = clustering.place("a", PACT)
    clustering.place("b", STORM, when=NOON + timedelta(days=6))

    assert clustering.place("a", PACT, revision=2).cluster == old.cluster


def test_a_quiet_weeks_clusters_close_a_few_at_a_time():
    clustering = Clustering(window_days=5)
    for number in range(20):
        clustering.place(f"a{number}", f"topic{number} alone{number} here{number}")

    closed = []
    for number in range(3):
        clustering.place(f"b{number}", STORM, when=NOON + timedelta(days=6, hours=number))
        closed.append(sum(one.state == "closed" for one in clustering.clusters().values()))

    assert closed == [8, 8, 4]


def test_closing_keeps_up_where_days_have_no_hours():
    clustering, a_day = (
        Clustering(window_days=5),
        40,
    )  # new clusters, far more than close at one event at least
    for day in range(60):
        for number in range(a_day):
            name = f"{day}x{number}"
            clustering.place(name, f"topic{name} alone{name} here{name}", when=NOON + timedelta(days=day))

    live = sum(1 for _ in clustering.state.items(LIVE))
    assert live < 2 * 5 * a_day
    assert live == len(clustering.operator.ages)


def test_words_are_compared_within_a_language():
    clustering = Clustering()
    long = " ".join(f"wort{n}" for n in range(30))

    one = clustering.place("a", PACT, body=long, language="de")
    other = clustering.place("b", PACT, body=long, language="en")

    assert one.cluster != other.cluster


def test_a_headlines_guessed_language_does_not_part_it():
    clustering = Clustering()

    placed = [clustering.place(name, PACT, language=name) for name in ("en", "pcm", "nl", "")]

    assert len({one.cluster for one in placed}) == 1


def test_the_records_are_read_back_as_written():
    clustering = grown_together()

    for table, kind in ((SEEN, Seen), (MEMBERS, Member), (LIVE, Live), (CLOCK, Clock)):
        for _, record in clustering.state.items(table):
            assert isinstance(record, kind)
            assert table.decode(table.encode(record)) == record


def test_only_so_many_words_are_remembered_and_each_counts_alike(monkeypatch):
    monkeypatch.setattr(terms, "MAX_STEMS", 2)
    stems = terms.Stems("en")

    assert [stems[word] for word in ("treaties", "the", "senate’s", "treaties")] == [
        "treati", "", "senat", "treati",
    ]  # fmt: skip
    assert len(stems) == 2
