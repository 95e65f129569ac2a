"""The list of common passwords: read from the package's file without running it."""

from __future__ import annotations

import pytest

from etl.build.passwords import KEPT, chosen_of, listed
from etl.errors import EtlError


def test_the_list_is_read_in_its_order_and_nothing_of_the_file_is_run():
    text = 'LISTS = {\n "passwords": "123456,Password,abc".split(","),\n "names": "mary".split(",")\n}\n'
    assert listed(text) == ["123456", "Password", "abc"]
    assert chosen_of(listed(text)) == {"123456", "password"}


def test_of_the_rarer_ones_only_those_that_are_long_enough_to_be_one_here_are_kept():
    given = [f"word{number}" for number in range(KEPT + 1)] + ["averyveryverylongone"]
    assert chosen_of(given) == {*given[:KEPT], "averyveryverylongone"}


@pytest.mark.parametrize(
    "text", ["", "LISTS = {", 'LISTS = {"names": "a"}', "LISTS = 1", "1\n2\n", "A = {}\nB = {}"]
)
def test_another_shape_is_refused(text):
    with pytest.raises(EtlError, match="another shape"):
        listed(text)
