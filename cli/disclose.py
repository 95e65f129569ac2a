"""`merr disclose`: one look at one company's contact, under one's own name and recorded."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.terminal import Console


def register(app: typer.Typer) -> None:
    """Add `merr disclose` to the commands."""
    app.command()(disclose)


def disclose(
    incident: Annotated[str, typer.Argument(help="The incident, by its id.")],
    provider: Annotated[str, typer.Argument(help="The company, by the id that an open ranking shows.")],
    *,
    purpose: Annotated[str, typer.Option(help="Why you look, for the company and the audit.")],
) -> None:
    """Show whom to call at a company ranked for an incident, while a declaration is in force there.

    Every look is recorded, refused ones too; the company sees who looked, when and why.
    """
    from cli.acting import acting
    from registry.db.engine import session_scope
    from registry.trust import disclosure

    who = acting()
    with session_scope(principal=who) as session:
        found = disclosure.disclose(session, who, incident, provider, purpose)
    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print(found.provider_name, style="bold")
    contact = found.contact
    if contact is None:
        console.print("  It gave no contact.")
    else:
        for label, value in (
            ("Person", contact.person),
            ("Phone ", contact.phone),
            ("E-mail", contact.email),
        ):
            console.print(f"  {label}  {value or 'not given'}")
    for told in found.proprietary:
        words = [each for each in (told.price_basis, told.conditions, told.notes) if each]
        console.print(f"  {told.asset}: {'; '.join(words) or 'nothing in confidence'}")
    console.print(f"This look is recorded as event {found.event:,}.")
