"""Bridges found by a few letters, closures by bridge, and closures for some roads or vehicles only."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from dashboard.bridges import bridge_shape, found_bridges
from dashboard.layers import closure_layer, closure_words
from dashboard.pages.incident import closing
from dashboard.pages.incident.closures import closure_rows
from dashboard.state import closures_of
from geo.closures import close
from geo.errors import ClosureError
from tests.dashboard.conftest import ASKED_AT
from tests.dashboard.test_stores import FORM

HERMANN = {"value": "x1", "label": "Crossing at Hermann, MO 19"}


def test_bridges_are_found_by_name_road_or_id_and_the_chosen_one_stays(bridged):
    assert found_bridges(bridged, "herm") == [HERMANN]
    assert found_bridges(bridged, "i-44") == [{"value": "w7", "label": "Bridge w7 on I-44"}]
    assert found_bridges(bridged, "W7")[0]["value"] == "w7"
    assert len(found_bridges(bridged, "")) == 2
    assert found_bridges(bridged, "nothing", "x1") == [HERMANN]
    assert len(found_bridges(bridged, HERMANN["label"], "x1")) == 2


def test_a_closure_by_bridge_closes_the_road_on_it_and_is_drawn_there(bridged):
    services = SimpleNamespace(network=bridged)
    form = {**FORM, "classes": ["freeway"], "profiles": ["truck"], "reason": "Span down"}
    given = closing.ClosureInput(None, "x1", "", form)
    store = closing.with_closure(services, "use-bridge", given, {"items": []})
    (closure,) = closures_of(store)
    assert (closure.bridge, closure.classes, closure.profiles) == ("x1", ("freeway",), ("truck",))
    assert closure_words(closure) == "Crossing at Hermann, MO 19 blocked for trucks"
    row = str(closure_rows([closure], [])[0])
    assert "Span down, only freeways" in row
    assert {part["properties"]["role"] for part in closure_layer([closure])} == {"blocked", "closure"}
    everybody = {**FORM, "effect": "slowed", "factor": 4}
    slowed = closing.with_closure(
        services, "use-bridge", closing.ClosureInput(None, "x1", "", everybody), {"items": []}
    )
    touched = close(bridged, closures_of(slowed), ASKED_AT).touched
    assert touched["c1"] == pytest.approx(1.0)


def test_a_bridge_that_is_not_chosen_or_not_known_is_refused(bridged):
    services = SimpleNamespace(network=bridged)
    nothing = closing.with_closure(
        services, "use-bridge", closing.ClosureInput(None, "", "", FORM), {"items": []}
    )
    assert nothing["refused"]["title"] == "No bridge is chosen"
    with pytest.raises(ClosureError):
        bridge_shape(bridged, "gone")


def test_pasted_closures_take_their_limits_from_the_form_and_their_own_first():
    form = {**FORM, "profiles": ["truck"]}
    text = '{"type":"LineString","coordinates":[[-92,38],[-91,38]]}'
    own = '{"type":"Feature","properties":{"profiles":["car"]},"geometry":' + text + "}"
    store = closing.with_closure(
        None, "use-closure-text", closing.ClosureInput(None, "", text, form), {"items": []}
    )
    assert closures_of(store)[0].profiles == ("truck",)
    store = closing.with_closure(
        None, "use-closure-text", closing.ClosureInput(None, "", own, form), {"items": []}
    )
    assert closures_of(store)[0].profiles == ("car",)
