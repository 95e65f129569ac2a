"""Accounts and what they are appointed to: read by administrators and auditors, changed by administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import Field

from registry.people import accounts, appointments, fresh
from registry.people.access import require
from registry.people.principal import Role  # noqa: TC001 - pydantic reads it at run time
from registry.people.scopes import Scope
from web.api.paging import Paged, page, read_cursor
from web.api.route import Call, NoQuestion, Nothing, Reply, Route
from web.api.values import Fips, Given, Id, Moment, Told, Words
from web.errors import NotFoundError

if TYPE_CHECKING:
    from registry.people.accounts import Account
    from registry.people.fresh import FreshSignIn


class AccountGiven(Given):
    """Who is to have an account."""

    name: Annotated[Words, Field(max_length=64)]
    full_name: Annotated[Words, Field(max_length=120)]


class AppointmentGiven(Given):
    """A role with exactly what bounds it."""

    role: Role
    region: Annotated[Words, Field(max_length=10)] | None = None
    counties: Annotated[tuple[Fips, ...], Field(max_length=115)] = ()
    sector: Annotated[Words, Field(max_length=40)] | None = None
    provider_id: Id | None = None


class AppointmentTold(Told):
    """A role that an account holds."""

    id: str
    role: Role
    region: str | None
    counties: tuple[str, ...]
    sector: str | None
    provider_id: str | None
    made_at: Moment


class AccountTold(Told):
    """An account with the appointments that hold; `disabled_at` is null for one that is enabled."""

    id: str
    name: str
    full_name: str
    demo: bool
    has_password: bool
    disabled_at: Moment | None
    created_at: Moment
    appointments: tuple[AppointmentTold, ...]


class AccountsTold(Told):
    """A page of accounts."""

    accounts: tuple[AccountTold, ...]


class SignInTold(Told):
    """What somebody signs in with, told this once; it is changed within three days."""

    account_id: str
    name: str
    password: str
    totp_key: str
    totp_address: str


def listed(call: Call[Nothing, Paged]) -> Reply:
    """Return a page of accounts in the order of their names."""
    asked = call.asked
    after = None if asked.after is None else str(read_cursor(asked.after, (str,))[0])
    found = accounts.list_accounts(call.session, call.principal, after=after, limit=asked.limit + 1)
    shown, then = page(found, lambda row: (row.name,), asked)
    return Reply(value=AccountsTold(accounts=tuple(map(_told, shown))), after=then)


def read(call: Call[Any, NoQuestion]) -> Reply:
    """Return one account."""
    require(call.principal, "account.read")
    return Reply(value=_told(accounts.account_of(call.session, call.ids["account_id"])))


def add(call: Call[AccountGiven, NoQuestion]) -> Reply:
    """Return the sign-in of a new account, to be handed to its owner."""
    given = call.body
    made = fresh.add_with_sign_in(call.session, call.principal, given.name, given.full_name)
    return Reply(value=_sign_in(made), location=f"/accounts/{made.account_id}")


def reset(call: Call[Nothing, NoQuestion]) -> Reply:
    """Return a fresh sign-in for an account whose owner lost the old one."""
    return Reply(value=_sign_in(fresh.reset(call.session, call.principal, call.ids["account_id"])))


def disable(call: Call[Nothing, NoQuestion]) -> Reply:
    """Return a disabled account; its sessions and tokens have ended."""
    accounts.disable(call.session, call.principal, call.ids["account_id"])
    return _changed(call)


def enable(call: Call[Nothing, NoQuestion]) -> Reply:
    """Return an account that may sign in again."""
    accounts.enable(call.session, call.principal, call.ids["account_id"])
    return _changed(call)


def appoint(call: Call[AppointmentGiven, NoQuestion]) -> Reply:
    """Return an account with one more role."""
    given, known = call.body, call.ids["account_id"]
    require(call.principal, "account.manage")
    accounts.account_of(call.session, known)
    scope = Scope(
        region=given.region, counties=given.counties, sector=given.sector, provider_id=given.provider_id
    )
    appointments.appoint(call.session, call.principal, known, given.role, scope)
    return _changed(call, location=f"/accounts/{known}")


def dismiss(call: Call[Nothing, NoQuestion]) -> Reply:
    """Return an account without a role that it had."""
    which, known = call.ids["appointment_id"], call.ids["account_id"]
    require(call.principal, "account.manage")
    if which not in [each.id for each in accounts.account_of(call.session, known).appointments]:
        raise NotFoundError(
            "The account holds no such appointment",
            given=which,
            wanted="the id of an appointment that it holds",
            todo=f"look at /accounts/{known}",
        )
    appointments.dismiss(call.session, call.principal, which)
    return _changed(call)


def _changed(call: Call[Any, NoQuestion], location: str | None = None) -> Reply:
    call.session.flush()
    call.session.expire_all()  # what was set by a statement is read anew
    return Reply(value=_told(accounts.account_of(call.session, call.ids["account_id"])), location=location)


def _told(row: Account) -> AccountTold:
    held = tuple(
        AppointmentTold(**{name: getattr(each, name) for name in AppointmentTold.model_fields})
        for each in row.appointments
    )
    return AccountTold(**{**vars(row), "appointments": held})


def _sign_in(made: FreshSignIn) -> SignInTold:
    return SignInTold(**vars(made))


_ONE: Final = "/accounts/{account_id}"
_MANAGE: Final = "account.manage"

ROUTES: Final = (
    Route(
        method="GET",
        path="/accounts",
        action="account.read",
        does=listed,
        summary="List accounts in the order of their names",
        asks=Paged,
        gives=AccountsTold,
    ),
    Route(
        method="POST",
        path="/accounts",
        action=_MANAGE,
        does=add,
        summary="Make an account; its sign-in is told once",
        about="The answer holds a password, so no Idempotency-Key is taken and nothing of it is kept.",
        takes=AccountGiven,
        gives=SignInTold,
        status=201,
        refuses=(409,),
    ),
    Route(
        method="GET",
        path=_ONE,
        action="account.read",
        does=read,
        summary="Read an account",
        gives=AccountTold,
    ),
    *(
        Route(
            method="POST",
            path=f"{_ONE}/{word}",
            action=_MANAGE,
            does=does,
            summary=summary,
            takes=Nothing,
            gives=gives,
            refuses=(409,),
        )
        for word, does, summary, gives in (
            ("disable", disable, "Disable an account; its sessions and tokens end at once", AccountTold),
            ("enable", enable, "Let a disabled account sign in again; what ended stays ended", AccountTold),
            ("reset", reset, "Make a fresh sign-in, told once; what the account had ends", SignInTold),
        )
    ),
    Route(
        method="POST",
        path=f"{_ONE}/appointments",
        action=_MANAGE,
        does=appoint,
        summary="Give an account a role; it holds from its next request on",
        takes=AppointmentGiven,
        gives=AccountTold,
        status=201,
        refuses=(409,),
    ),
    Route(
        method="DELETE",
        path=f"{_ONE}/appointments/{{appointment_id}}",
        action=_MANAGE,
        does=dismiss,
        summary="Take a role from an account; it is refused from its next request on",
        gives=AccountTold,
        refuses=(409,),
    ),
)
