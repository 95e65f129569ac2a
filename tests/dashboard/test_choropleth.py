"""Counties in classes."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dashboard.choropleth import CLASSES, classify, range_words

COUNTS = st.dictionaries(st.text(min_size=1, max_size=5), st.integers(0, 10**6), max_size=115)


@given(COUNTS)
def test_more_is_never_in_a_lower_class_and_the_same_is_in_the_same(values):
    classes = classify(values).classes
    order = sorted(values, key=lambda fips: values[fips])
    for low, high in pairwise(order):
        assert classes[low] <= classes[high]
        assert values[low] != values[high] or classes[low] == classes[high]


@given(COUNTS)
def test_none_is_a_class_of_its_own_and_there_are_few_classes(values):
    result = classify(values)
    assert len(result.ends) <= CLASSES
    assert all((result.classes[fips] == 0) == (number == 0) for fips, number in values.items())


def test_the_ranges_of_the_legend_leave_no_gap():
    assert range_words((4, 5, 20)) == ["1 to 4", "5", "6 to 20"]
