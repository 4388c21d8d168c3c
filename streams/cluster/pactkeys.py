"""What a story tells of pacts, by which a ratification finds the signing."""

from stories.model import Story
from streams.pacts.course import VAGUE_KINDS
from streams.pacts.identity import family_of, parties_family


def pacts_told(story: Story) -> list[str]:
    """Return what tells the pacts of a story apart from others: a name of their own, and their parties."""
    told = {family_of(step) for step in story.steps}
    told |= {parties_family(step) for step in story.steps if len(step.parties) > 1}
    return sorted(told - {""})


def kinds_told(story: Story) -> list[str]:
    """Return the kinds of pact a story tells of, the vague ones aside."""
    return sorted({step.kind for step in story.steps} - VAGUE_KINDS)
