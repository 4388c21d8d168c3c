"""What remains of a story that was taken out on request: its id, so that it never comes back, and no word."""

import msgspec

from stories.model import Alert, Cluster, DeadLetter, Pact, PactChange, Receipt, Story, Subject

SCHEMA = 2  # a reader of schema 1 would take it for an edit, and keep what was to go


def withdrawn(story: Story) -> Story:
    """Return what is sent the whole way in place of `story`: the steps and stores drop it everywhere."""
    return Story(
        id=story.id, language=story.language, first_published=story.first_published, fetched=story.fetched,
        timestamp=story.timestamp, feed=msgspec.structs.replace(story.feed, name="", tags=[]),
        revision=story.revision + 1, withdrawn=True, schema=SCHEMA,
    )  # fmt: skip


def recall(gone: Story, subscription: str) -> Alert:
    """Return what is sent after alerts of `subscription` that are held back and may rest on `gone`."""
    return Alert(
        id=f"withdraws-{gone.id}", subscription=subscription, subject=Subject(kind="story", id=gone.id),
        title="", when=gone.timestamp, receipt=Receipt(query=""), withdraws=gone.id, schema=SCHEMA,
    )  # fmt: skip


def cluster_without(cluster: Cluster, story_id: str) -> Cluster:
    """Return `cluster` without its line on a story; one with no other is merged into itself: it is none."""
    links = [link for link in cluster.stories if link.id != story_id]
    gone = len(cluster.stories) - len(links)
    titles = [link.title for link in links]
    title = cluster.title if cluster.title in titles else next(iter(titles), "")
    # where the story had that title, the summary may quote it
    told = {link.title for link in cluster.stories if link.id == story_id}
    summary = cluster.summary if title == cluster.title and title not in told else ""
    left = max(cluster.size - gone, 0)
    emptied: dict[str, str] = {"state": "merged", "merged_into": cluster.id} if not left else {}
    return msgspec.structs.replace(
        cluster, stories=links, title=title, summary=summary, size=left, revision=cluster.revision + 1,
        outlets=[outlet for outlet in cluster.outlets if outlet in {link.outlet for link in links}],
        origins=min(cluster.origins, left), **emptied,
    )  # fmt: skip


def listing_without(cluster: Cluster, story_id: str) -> Cluster:
    """Return `cluster` without its line on a story, and as it is where it has none."""
    listed = any(link.id == story_id for link in cluster.stories)
    return cluster_without(cluster, story_id) if listed else cluster


def letter_without(letter: DeadLetter, story_id: str) -> DeadLetter | None:
    """Return a dead letter as it is; None where its bytes name the story."""
    return None if story_id.encode() in letter.payload else letter


def change_without(change: PactChange, story_id: str) -> PactChange | None:
    """Return what was new about a pact without what one story told of it; None where that was the news."""
    if change.evidence is not None and change.evidence.story == story_id:
        return None
    return msgspec.structs.replace(change, pact=pact_without(change.pact, story_id))


def pact_without(pact: Pact, story_id: str) -> Pact:
    """Return `pact` without the sentences of one story and the steps that rest on them."""
    provisions = {
        name: msgspec.structs.replace(
            told, contrary=told.contrary if told.contrary and told.contrary.story != story_id else None
        )
        for name, told in pact.provisions.items()
        if told.evidence is None or told.evidence.story != story_id
    }
    return msgspec.structs.replace(
        pact, provisions=provisions, stories=[link for link in pact.stories if link.id != story_id],
        steps=[step for step in pact.steps if step.evidence.story != story_id],
    )  # fmt: skip
