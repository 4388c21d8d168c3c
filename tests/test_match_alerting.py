"""People are told why, why not, and what a rule would have told of the past."""

import pytest

from pactwatch.alerting import backtest, difference, why, why_not
from stories.errors import PermanentError
from tests.stories_made import NOON, story
from tests.test_match import GROWING, PAIR, cluster

BOTH, ONE = story("both", title="A pact", actors=["IRN", "RUS"]), story("one", actors=["RUS"])


def test_why_quotes_the_receipt():
    (alert,) = backtest(PAIR, [BOTH, ONE]).alerts

    text = "\n".join(why(alert))
    assert "pair (medium): A pact" in text
    assert "actors:RUS matched actors: RUS" in text
    assert "rests on 1 story, 1 origin: both" in text


def test_why_not_names_clauses_and_thresholds():
    assert why_not(PAIR, ONE) == ["actors:IRN"]
    assert why_not(PAIR, BOTH) == []
    assert why_not(GROWING, cluster(2)) == ["threshold: 2 of 3 independent origins"]
    with pytest.raises(PermanentError, match="on each cluster"):
        why_not(GROWING, ONE)


def test_a_backtest_counts_per_day():
    assert {f"{NOON:%Y-%m-%d}": 1} == backtest(PAIR, [ONE, BOTH, BOTH, cluster(3)]).per_day


def test_a_difference_names_what_is_gained_and_lost():
    wider = type(PAIR)(name="pair", query="actors:RUS")

    assert [alert.subject.id for alert in difference(PAIR, wider, [ONE, BOTH]).gained] == ["one"]
    assert [alert.subject.id for alert in difference(wider, PAIR, [ONE, BOTH]).lost] == ["one"]
