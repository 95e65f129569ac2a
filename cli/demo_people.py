"""How to sign in as the demo's people, as `merr demo` prints it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cli.terminal import Console


def print_sign_ins(console: Console) -> None:
    """Make fresh sign-ins of the demo's people and print them; those printed before work no longer."""
    from registry.db.engine import session_scope
    from registry.db.logins import dsn
    from registry.people.demo import demo_accounts
    from registry.people.principal import ROLE_NAMES

    with session_scope(dsn("web")) as session:
        made = demo_accounts(session)
    console.print()
    console.print("Sign in as one of the demo's people; each run makes these anew.", style="bold")
    for one in made:
        console.print(f"{ROLE_NAMES[one.role]:13} name {one.fresh.name:14} password {one.fresh.password}")
        console.print(
            f"{'':13} app key {one.fresh.totp_key}   code {one.code} for {one.code_for_s} s", soft_wrap=True
        )
    console.print("A later code: merr demo --code NAME, or put the key into an authenticator app.")


def print_code(name: str, console: Console) -> None:
    """Print the present code of one of the demo's people.

    Raises
    ------
    RegistryError
        The demo has nobody of that name.
    """
    from registry.db.engine import session_scope
    from registry.db.logins import dsn
    from registry.people.demo import present_code

    with session_scope(dsn("web")) as session:
        code, seconds = present_code(session, name)
    console.print(f"{code} for {seconds} s")
