"""The agenda against the plain way: look at every feed."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from producers.agenda import Agenda

START = datetime(2026, 3, 1, tzinfo=UTC)
ACTIONS = st.lists(
    st.tuples(st.sampled_from(["put", "drop", "due"]), st.sampled_from("abcde"), st.integers(0, 9))
)


@given(ACTIONS)
def test_it_says_what_a_look_at_every_feed_would_say(actions: list[tuple[str, str, int]]) -> None:
    agenda, plain = Agenda(), dict[str, datetime]()
    for what, url, minutes in actions:
        when = START + timedelta(minutes=minutes)
        if what == "put":
            agenda.put(url, when)
            plain[url] = when
        elif what == "drop":
            agenda.drop(url)
            plain.pop(url, None)
        else:
            expected = sorted((due, name) for name, due in plain.items() if due <= when)
            assert [name for _, name in expected] == list(agenda.due(when))
            plain = {name: due for name, due in plain.items() if due > when}
        assert min(plain.values(), default=None) == agenda.first()
        assert len(plain) == len(agenda)
