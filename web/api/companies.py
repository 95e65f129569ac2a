"""A company's own choices: what is seen of it before a declaration."""

from __future__ import annotations

from typing import Any, Final, Literal

from registry.directory.companies import company_of
from registry.directory.showing import show
from web.api.conditions import tag_of
from web.api.route import Call, NoQuestion, Reply, Route
from web.api.values import Given, Told

Place = Literal["no", "zip", "exact"]


class ShowingGiven(Given):
    """What is seen of a company before a declaration."""

    shows_name: bool
    shows_place: Place


class PlaceTold(Told):
    """One place of the company."""

    county: str
    zip_code: str


class ShowingTold(Told):
    """What is seen of a company, and whether it chose so itself."""

    id: str
    name: str
    synthetic: bool
    shows_name: bool
    shows_place: Place
    by_company: bool
    places: tuple[PlaceTold, ...]


def read(call: Call[Any, NoQuestion]) -> Reply:
    """Return what is seen of the account's own company."""
    call.session.flush()
    call.session.expire_all()  # what was set by a statement is read anew
    found = company_of(call.session, call.principal, call.ids["provider_id"])
    told = ShowingTold(**{**vars(found), "places": tuple(PlaceTold(**vars(each)) for each in found.places)})
    return Reply(value=told, etag=tag_of(told))


def choose(call: Call[ShowingGiven, NoQuestion]) -> Reply:
    """Return what is seen of the account's own company from now on."""
    given = call.body
    show(
        call.session,
        call.principal,
        call.ids["provider_id"],
        name=given.shows_name,
        place=given.shows_place,
    )
    return read(call)


_ONE: Final = "/providers/{provider_id}/showing"

ROUTES: Final = (
    Route(
        method="GET",
        path=_ONE,
        action="provider.show",
        does=read,
        summary="Read what is seen of your company before a declaration",
        gives=ShowingTold,
        refuses=(409,),
        tagged=True,
    ),
    Route(
        method="PUT",
        path=_ONE,
        action="provider.show",
        does=choose,
        summary="Choose what is seen of your company before a declaration; no list changes it from then on",
        takes=ShowingGiven,
        gives=ShowingTold,
        refuses=(409,),
    ),
)
