"""The one shape in which this system refuses: what was given, what was wanted, what to do."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - a refusal is an answer to the user, not a fault of the program
    """Something a user gave that cannot be used, in words that the user can act on.

    Each package has one base that derives from it and from a builtin (`GeoError`, `RegistryError`, ...), so
    callers may catch the builtin they know. The doors (CLI, web, dashboard) turn a `Refusal` into exit code 2,
    a status or a message; anything else is a fault of ours and is logged as such.

    Parameters
    ----------
    title
        The refusal in one short sentence, without a full stop: `The area crosses itself`.
    given
        What was given, with the value (`repr`) or the place of the fault.
    wanted
        What would have been accepted.
    todo
        What the user can do now.
    place
        Longitude and latitude (EPSG:4326) of the fault, when it has one.
    """

    def __init__(
        self, title: str, *, given: str, wanted: str, todo: str, place: tuple[float, float] | None = None
    ) -> None:
        super().__init__(title)
        self.title = title
        self.given = given
        self.wanted = wanted
        self.todo = todo
        self.place = place

    def __str__(self) -> str:
        """Return the refusal in one paragraph, as a terminal or a log shows it."""
        return f"{self.title}. Given: {self.given}. Wanted: {self.wanted}. To do: {self.todo}."


def first_line(fault: object) -> str:
    """Return the first line of what a library's fault says, at most 200 letters; its kind where it says nothing."""
    said = str(fault).strip()
    return said.splitlines()[0][:200] if said else type(fault).__name__


class GeoError(Refusal, ValueError):
    """A geometry, a coordinate or a road network that cannot be used."""


class AreaError(GeoError):
    """An incident area that cannot be used."""


class ClosureError(GeoError):
    """A closure that cannot be used."""


class NetworkError(GeoError):
    """Road lines or a network file that cannot be used."""
