"""What the page says of times, files and requests that cannot be taken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.browser.steps import comes_true, ranked, until

SET = "([id, props]) => dash_clientside.set_props(id, props)"


def test_a_file_over_the_limit_is_refused_in_words_and_never_read(page):
    page.locator(".ask.area").click()
    page.get_by_role("tab", name="Upload").first.click()
    page.locator("#area-file input[type=file]").set_input_files(
        {"name": "state.geojson", "mimeType": "application/json", "buffer": b" " * (6 * 1024 * 1024)}
    )
    page.locator("#area-refused .errb").wait_for()
    words = page.locator("#area-refused").inner_text()
    assert "'state.geojson' of 6.0 MB" in words
    assert "at most 5 MB" in words
    assert "To do" in words


def test_a_question_too_large_for_the_server_and_a_server_that_does_not_answer_are_said(page):
    closure = {"type": "Feature", "id": "c1", "properties": {"name": "x" * 9_000_000}, "geometry": None}
    page.evaluate(SET, ["closures", {"data": {"items": [closure]}}])
    page.locator("#fault .errb").wait_for()
    words = page.locator("#fault").inner_text()
    assert "This is more than the server takes" in words
    assert "At most 8.0 MB" in words
    page.evaluate(SET, ["closures", {"data": {"items": []}}])
    page.locator("#fault .errb").wait_for(state="hidden")
    ranked(page)

    page.route("**/_dash-update-component*", lambda route: route.abort())
    page.get_by_role("button", name="Rank again").click()
    page.locator("#fault .errb").wait_for()
    assert "The server does not answer" in page.locator("#fault").inner_text()
    page.unroute("**/_dash-update-component*")
    page.get_by_role("button", name="Rank again").click()
    page.locator("#fault .errb").wait_for(state="hidden")


def test_a_time_that_spring_skips_is_refused_and_an_hour_that_autumn_repeats_is_asked_about(page):
    page.locator(".ask.when").press("Enter")
    page.evaluate(SET, ["by-at", {"value": "2027-03-14 02:30:00"}])
    page.get_by_role("button", name="Use this", exact=True).press("Enter")
    page.locator("#when-refused .errb").wait_for()
    words = page.locator("#when-refused").inner_text()
    assert "Needed by 14 Mar 2027, 02:30" in words
    assert "03:30" in words

    page.evaluate(SET, ["asked-at", {"value": "2026-10-31 22:00:00"}])
    assert page.locator("#by-at-twice").is_hidden()
    page.evaluate(SET, ["by-at", {"value": "2026-11-01 01:30:00"}])
    page.locator("#by-at-twice").wait_for()
    page.get_by_role("radio", name="The second").last.check()
    page.get_by_role("button", name="Use this", exact=True).press("Enter")
    page.locator("#pop-when").wait_for(state="hidden")
    until(page, "() => document.querySelector('.ask.when').innerText.includes('(the second of two)')")
    assert "4 h 30 min" in page.locator(".ask.when").inner_text()


def test_ranking_again_after_the_deadline_leaves_no_list_of_before(page):
    by_at = datetime.now(UTC) + timedelta(seconds=8)
    page.evaluate(
        SET, ["when", {"data": {"asked_at": None, "by_at": by_at.isoformat(), "include_inside": False}}]
    )
    until(page, "() => document.querySelector('.ask.when').innerText.includes('40 units by')")
    # The page counts from whole seconds, so a deadline has passed for it up to a second late.
    until(page, "by => Date.now() > by", by_at.timestamp() * 1000 + 1100)
    page.get_by_role("button", name="Rank again").click()
    page.locator(".state-slot .errb").wait_for()
    assert "nothing was ranked" in page.locator(".state-slot").inner_text()
    comes_true(page, lambda: page.locator(".answer-part:visible").count() == 0)
    until(page, "() => !document.querySelector('.leaflet-marker-icon[data-rank]')")
    page.get_by_role("button", name="Change number and time").press("Enter")
    page.locator("#pop-when").wait_for()
