"""How fast a cluster grows: what its cards tell and the order of growth goes by."""

from datetime import datetime, timedelta

from stories.model import Cluster

WITHIN = timedelta(hours=24)


def gained(cluster: Cluster, until: datetime | None = None) -> int:
    """Return how many of its stories came in the 24 hours up to `until`, or up to its last one."""
    since = (until or cluster.last_seen) - WITHIN
    return sum(link.published > since for link in cluster.stories)
