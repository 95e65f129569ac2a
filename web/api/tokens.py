"""The tokens of an account: listed, and revoked by whose they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from registry.people import tokens
from web.api.route import Call, NoQuestion, Nothing, Reply, Route
from web.api.values import Moment, Told
from web.errors import NotFoundError

if TYPE_CHECKING:
    from registry.people.sessions import OpenSession


class TokenTold(Told):
    """A token that holds; its secret was told once. `actions` is null for one of `merr login`."""

    id: str
    label: str
    method: str
    actions: tuple[str, ...] | None
    began_at: Moment
    seen_at: Moment
    expires_at: Moment


class TokensTold(Told):
    """One's own tokens, the one used last first."""

    tokens: tuple[TokenTold, ...]


def listed(call: Call[Nothing, NoQuestion]) -> Reply:
    """Return the account's own tokens."""
    return Reply(value=TokensTold(tokens=tuple(map(_told, tokens.tokens_of(call.session, call.principal)))))


def revoke(call: Call[Nothing, NoQuestion]) -> Reply:
    """Return nothing: a token of the account is revoked."""
    which = call.ids["token_id"]
    if which not in [each.id for each in tokens.tokens_of(call.session, call.principal)]:
        raise NotFoundError(
            "You have no such token",
            given=which,
            wanted="the id of one of your own that holds",
            todo="look at /tokens",
        )
    tokens.revoke(call.session, call.principal, which)
    return Reply()


def _told(row: OpenSession) -> TokenTold:
    told: dict[str, Any] = {name: getattr(row, name) for name in TokenTold.model_fields}
    return TokenTold(**{**told, "actions": None if row.actions is None else tuple(sorted(row.actions))})


ROUTES: Final = (
    Route(
        method="GET",
        path="/tokens",
        action="account.own",
        does=listed,
        summary="List your own tokens, the one used last first",
        gives=TokensTold,
    ),
    Route(
        method="DELETE",
        path="/tokens/{token_id}",
        action="account.own",
        does=revoke,
        summary="Revoke one of your own tokens; it is refused from its next request on",
        status=204,
        refuses=(409,),
    ),
)
