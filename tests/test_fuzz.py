"""What must hold at every door whatever comes: hypothesis on the fuzzers' targets, from the same seeds."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.seeds import seeds
from tests.fuzz.targets import TARGETS

OPERATORS = (
    "AND",
    "OR",
    "NOT",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    " TO ",
    "now",
    "-",
    "+",
    "~",
    "^",
    '"',
    "*",
    "/",
    "\\",
    ":",
    ".",
)
FIELDS = ("title", "topics", "published", "revision", "_exists_", "nothing")
queries = st.lists(st.sampled_from((*OPERATORS, *FIELDS, "a", "7", "2026-01-01", "条約")), max_size=12).map(
    " ".join
)
tight = st.lists(st.sampled_from((*OPERATORS, *FIELDS, "a", "7", " ")), max_size=12).map("".join)


@pytest.mark.parametrize("name", TARGETS)
def test_its_seeds_hold(name: str) -> None:
    for seed in seeds(name):
        TARGETS[name](seed)


@pytest.mark.parametrize("name", TARGETS)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(data=st.data())
def test_a_seed_with_some_bytes_changed_holds(name: str, data: st.DataObject) -> None:
    found = bytearray(data.draw(st.sampled_from(seeds(name)))[:5_000])
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, max(len(found) - 1, 0)))
        found[place : place + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=6))

    TARGETS[name](bytes(found))


@settings(max_examples=400, deadline=None)
@given(text=queries | tight)
def test_any_string_of_the_query_languages_own_signs_holds(text: str) -> None:
    TARGETS["query"](text.encode())
