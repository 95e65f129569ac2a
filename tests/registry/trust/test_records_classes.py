"""Every field has a class of public record, and only a review of what a company submitted opens any."""

from __future__ import annotations

import pytest

from registry.db.schema import METADATA
from registry.trust.records_classes import CLASSES, FIELDS, is_given, read_classes

WHOLE = (
    "registry.providers",
    "registry.sites",
    "registry.assets",
    "protected.contacts",
    "protected.proprietary",
)


@pytest.mark.parametrize("table", sorted(FIELDS))
def test_every_column_of_a_table_has_a_class_and_no_other_has(table):
    assert set(FIELDS[table]) == set(METADATA.tables[table].columns.keys())


def test_no_table_of_the_registry_or_of_what_is_protected_is_left_out():
    held = {name for name in METADATA.tables if name.startswith("protected.")} | set(WHOLE)
    assert held <= set(FIELDS)
    assert {"registry.incidents", "trust.events", "trust.declarations"} <= set(FIELDS)


def test_what_is_told_in_confidence_and_whom_to_call_never_open():
    for table in ("protected.contacts", "protected.proprietary"):
        shut = [each for name, each in FIELDS[table].items() if not name.endswith(("id", "updated_at"))]
        assert shut
        assert not any(is_given(each, opened=opened) for each in shut for opened in (False, True))


def test_a_review_opens_what_was_submitted_and_nothing_else():
    assert [name for name in CLASSES if is_given(name, opened=False)] == ["open"]
    assert [name for name in CLASSES if is_given(name, opened=True)] == ["open", "submitted"]


def test_a_class_that_is_withheld_names_its_provision():
    assert all(each.provision.startswith("RSMo 610.021(") for name, each in CLASSES.items() if name != "open")


def test_fields_of_a_table_may_stand_on_several_lines_each_with_its_class():
    found = read_classes("a.b open x y\na.c contact x\na.b contact z\n")
    assert found == {"a.b": {"x": "open", "y": "open", "z": "contact"}, "a.c": {"x": "contact"}}


@pytest.mark.parametrize("line", ["a.b secret x", "a.b open x x", "a.b open x\na.b contact x"])
def test_a_class_that_nobody_knows_or_a_field_that_stands_twice_is_refused(line):
    with pytest.raises(ValueError, match="each field of a table stands once"):
        read_classes(line)
