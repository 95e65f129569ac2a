"""A route of the REST door: one declaration, from which the server, the OpenAPI document and docs/api.md are made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeVar

from web.api.values import Asked, Given, Told

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from registry.db.engine import Session
    from registry.people.principal import Principal

PREFIX: Final = "/api/v1"
SMALL_BYTES: Final = 64 * 1024
LARGE_BYTES: Final = 6 * 1024 * 1024
"""A body with an area or closures."""


class Nothing(Given):
    """No body, or an object without members."""


class NoQuestion(Asked):
    """Nothing behind the question mark."""


Body = TypeVar("Body", bound=Given)
Question = TypeVar("Question", bound=Asked)


@dataclass(frozen=True, kw_only=True)
class Call(Generic[Body, Question]):
    """One request as a route gets it, already checked, in one transaction on behalf of who asks."""

    session: Session
    principal: Principal
    body: Body
    asked: Question
    ids: Mapping[str, str]
    condition: str | None = None


@dataclass(frozen=True, kw_only=True)
class File:
    """What is answered as it lies: bytes of a media type, and by which name they are kept; empty for none."""

    content: bytes
    media_type: str
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What a route answers.

    Parameters
    ----------
    value
        The body; None for none.
    file
        The body of an answer that is a file.
    location
        Of what was made, below the prefix.
    etag
        Of the state that `value` shows.
    after
        The cursor of the next page; None on the last one.
    """

    value: Told | None = None
    file: File | None = None
    location: str | None = None
    etag: str | None = None
    after: str | None = None


@dataclass(frozen=True, kw_only=True)
class Route:
    """One declaration.

    Parameters
    ----------
    path
        Below the prefix; a name in braces stands for an id.
    action
        The action of `registry.people.access` that the gate asks for, or `web.wall.classes.SIGNED_IN`.
    does
        What is done, in one transaction that is committed before anything is answered.
    summary, about
        What it is for, in a line; and what else is to be known.
    takes, asks, gives
        The models of the body, of what stands behind the question mark, and of the answer.
    files
        The media types of answers that are files, where it gives any.
    status
        Of the answer.
    refuses
        Statuses of refusals beside those that follow from the rest.
    most_bytes
        The largest body.
    once
        Whether an Idempotency-Key is taken: for what makes or changes something and tells no secret.
    again
        Refuses to tell an answer again to whom it may no longer be told, given the Location of what was made; None asks
        for the action anywhere.
    conditional
        Whether If-Match must say which state is changed.
    tagged
        Whether it tells the state by an ETag, and takes If-None-Match.
    """

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    action: str
    does: Callable[[Call[Any, Any]], Reply]
    summary: str
    about: str = ""
    takes: type[Given] | None = None
    asks: type[Asked] = NoQuestion
    gives: type[Told] | None = None
    files: tuple[str, ...] = ()
    status: int = 200
    refuses: tuple[int, ...] = ()
    most_bytes: int = SMALL_BYTES
    once: bool = False
    again: Callable[[Call[Any, Any], str | None], None] | None = None
    conditional: bool = False
    tagged: bool = False

    @property
    def name(self) -> str:
        """A name of its own, for the server and for who generates a client: `post_incidents_id_close`."""
        words = self.path.replace("{", "").replace("}", "").replace("-", "_").strip("/").split("/")
        return "_".join([self.method.lower(), *words])

    @property
    def ids(self) -> tuple[str, ...]:
        """The names of the ids in its path."""
        return tuple(part[1:-1] for part in self.path.split("/") if part.startswith("{"))

    @property
    def paged(self) -> bool:
        """Whether its answer is a page of several."""
        return "after" in self.asks.model_fields

    @property
    def refusals(self) -> tuple[int, ...]:
        """The status of every refusal it may answer, in order."""
        found = {401, 403, 422, 429, *self.refuses}
        if self.ids:
            found.add(404)
        if self.takes is not None:
            found |= {400, 413, 415}
        if self.once:
            found.add(409)
        if self.conditional:
            found |= {412, 428}
        return tuple(sorted(found))
