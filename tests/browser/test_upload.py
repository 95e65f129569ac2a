"""An area that comes as a file."""

from __future__ import annotations

import json

import pytest

from tests.browser.steps import ask_for, empty, one, ranked, until

BOONE = {
    "type": "Polygon",
    "coordinates": [[[-92.6, 38.8], [-92.1, 38.8], [-92.1, 39.1], [-92.6, 39.1], [-92.6, 38.8]]],
}


def _upload(page, name, content):
    page.locator(".ask.area").click()
    page.get_by_role("tab", name="Upload").first.click()
    page.locator("#area-file input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )


@pytest.mark.asvs("5.2.2")
def test_an_uploaded_area_is_ranked_and_a_file_that_is_none_is_refused_in_words(open_page):
    page = open_page()
    empty(page)
    _upload(page, "area.geojson", json.dumps(BOONE).encode())
    until(page, "() => document.querySelector('.ask.area').innerText.includes('Uploaded, 557 sq mi')")
    ask_for(page, "Generator, any", 40)
    ranked(page)

    page.keyboard.press("Escape")
    _upload(page, "photo.png", b"\x89PNG\r\n\x1a\n\x00\x00")
    page.locator(".state-slot .errb").wait_for()
    words = page.locator(".state-slot .errb").inner_text()
    assert all(label in words for label in ("Given", "Wanted", "To do"))
    assert "40 units" in page.locator(".ask.when").inner_text()
    one(page, ".state-slot .errb")
