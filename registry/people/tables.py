"""The tables of people: accounts, what they are appointed to, how they sign in, and who is signed in."""

from __future__ import annotations

import uuid  # noqa: TC003 - SQLAlchemy reads the annotations at run time
from datetime import datetime  # noqa: TC003 - SQLAlchemy reads the annotations at run time
from typing import Any, Final

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
    column,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from registry.db.base import PEOPLE, Base, RandomId, Since, not_blank, one_of
from registry.directory.reference_tables import SectorRow
from registry.directory.tables import ProviderRow
from registry.people.principal import ROLES

SESSION_KINDS: Final = ("browser", "token")
AUTHENTICATOR_KINDS: Final = ("totp", "passkey")
TRIES: Final = ("password", "code", "passkey", "provider")
OUTCOMES: Final = ("pending", "right", "wrong")


class AccountRow(Base):
    """Somebody who may sign in. What the account may do stands in its appointments."""

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint("name ~ '^[a-z0-9][a-z0-9._-]{0,63}$'", name="name_is_one"),
        not_blank("full_name"),
        UniqueConstraint("name"),
        {"schema": PEOPLE, "comment": "Who may sign in"},
    )

    id: Mapped[RandomId]
    name: Mapped[str] = mapped_column(comment="What is typed at sign-in; small letters")
    full_name: Mapped[str] = mapped_column(comment="As screens and the audit show it")
    demo: Mapped[bool] = mapped_column(server_default=text("false"), comment="Invented, for the demo")
    password_hash: Mapped[str | None] = mapped_column(comment="argon2id; none for who signs in elsewhere")
    password_until: Mapped[datetime | None] = mapped_column(
        comment="Of a password somebody else was shown: it must be changed, and works no longer than this"
    )
    disabled_at: Mapped[datetime | None] = mapped_column(comment="Disabled since; none: enabled")
    created_at: Mapped[Since]


class AppointmentRow(Base):
    """One role of an account with its jurisdiction; ended ones are kept."""

    __tablename__ = "appointments"
    __table_args__ = (
        one_of("role", ROLES),
        CheckConstraint("(role = 'coordinator') = (region IS NOT NULL)", name="region_of_a_coordinator"),
        CheckConstraint("(role = 'local') = (cardinality(counties) > 0)", name="counties_of_a_local"),
        CheckConstraint("(role = 'beoc') = (sector IS NOT NULL)", name="sector_of_a_member"),
        CheckConstraint("(role = 'company') = (provider_id IS NOT NULL)", name="provider_of_a_company"),
        Index(None, "account_id", postgresql_where=text("ended_at IS NULL")),
        {"schema": PEOPLE, "comment": "Roles of accounts, each with its jurisdiction"},
    )

    id: Mapped[RandomId]
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(AccountRow.id))
    role: Mapped[str]
    region: Mapped[str | None] = mapped_column(
        comment="Of a coordinator; its counties follow from the edition in use"
    )
    counties: Mapped[list[str]] = mapped_column(
        ARRAY(Text), server_default=text("'{}'::text[]"), comment="Of a local emergency manager, FIPS codes"
    )
    sector: Mapped[str | None] = mapped_column(ForeignKey(SectorRow.code), comment="Of a BEOC member")
    provider_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey(ProviderRow.id, ondelete="CASCADE"), index=True, comment="Of a company contact"
    )
    made_at: Mapped[Since]
    made_by: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey(AccountRow.id), comment="None: the operator, by the command line"
    )
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(AccountRow.id))


class SessionRow(Base):
    """Somebody signed in, in a browser or with a token. Only a hash of the secret is here."""

    __tablename__ = "sessions"
    __table_args__ = (
        one_of("kind", SESSION_KINDS),
        CheckConstraint("length(secret_hash) = 32", name="secret_hash_is_one"),
        CheckConstraint("expires_at > began_at", name="expires_after_it_began"),
        UniqueConstraint("secret_hash"),
        Index(None, "account_id", postgresql_where=text("ended_at IS NULL")),
        {"schema": PEOPLE, "comment": "Who is signed in, and tokens"},
    )

    id: Mapped[RandomId]
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(AccountRow.id))
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, comment="SHA-256 of 256 random bits")
    kind: Mapped[str]
    label: Mapped[str] = mapped_column(server_default="", comment="Of a token: what its owner calls it")
    method: Mapped[str] = mapped_column(comment="How it was opened: password and code, passkey, ...")
    actions: Mapped[list[str] | None] = mapped_column(
        ARRAY(Text), comment="The only actions of the table of access it was made for; none: all of its roles"
    )
    proved_at: Mapped[datetime | None] = mapped_column(comment="The last second factor in it")
    began_at: Mapped[Since]
    seen_at: Mapped[Since] = mapped_column(comment="Last used, to the minute")
    idle_s: Mapped[int | None] = mapped_column(comment="Ends when not used for so long; none: never for that")
    expires_at: Mapped[datetime] = mapped_column(comment="Ends then, used or not")
    ended_at: Mapped[datetime | None]
    ended_why: Mapped[str | None] = mapped_column(comment="signed out, renewed, disabled, password, revoked")


class AuthenticatorRow(Base):
    """A second factor of an account: a TOTP key, sealed, or a passkey's public half."""

    __tablename__ = "authenticators"
    __table_args__ = (
        one_of("kind", AUTHENTICATOR_KINDS),
        CheckConstraint("(kind = 'totp') = (sealed IS NOT NULL)", name="sealed_of_a_totp"),
        CheckConstraint(
            "(kind = 'passkey') = (credential_id IS NOT NULL AND public_key IS NOT NULL)",
            name="keys_of_a_passkey",
        ),
        UniqueConstraint("credential_id"),
        Index(None, "account_id"),
        {"schema": PEOPLE, "comment": "Second factors: TOTP keys and passkeys"},
    )

    id: Mapped[RandomId]
    account_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(AccountRow.id, ondelete="CASCADE"))
    kind: Mapped[str]
    label: Mapped[str] = mapped_column(server_default="")
    sealed: Mapped[bytes | None] = mapped_column(
        LargeBinary, comment="The TOTP key, sealed with a key that is not in the database"
    )
    last_step: Mapped[int | None] = mapped_column(comment="The last TOTP step used: none works twice")
    credential_id: Mapped[bytes | None] = mapped_column(LargeBinary)
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(server_default=text("0"), comment="A passkey's own counter")
    made_at: Mapped[Since]
    used_at: Mapped[datetime | None]


class ChallengeRow(Base):
    """Something begun that must be finished once and soon: a second factor, a passkey, a trip to a provider."""

    __tablename__ = "challenges"
    __table_args__ = (
        not_blank("purpose"),
        CheckConstraint("length(secret_hash) = 32", name="secret_hash_is_one"),
        CheckConstraint("jsonb_typeof(facts) = 'object'", name="facts_is_an_object"),
        UniqueConstraint("secret_hash"),
        Index(None, "expires_at"),
        {"schema": PEOPLE, "comment": "What waits for its second half, to be used once"},
    )

    id: Mapped[RandomId]
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary, comment="SHA-256 of 256 random bits")
    purpose: Mapped[str]
    account_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey(AccountRow.id, ondelete="CASCADE"))
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    made_at: Mapped[Since]
    expires_at: Mapped[datetime]


class AttemptRow(Base):
    """One try to sign in, of a name that exists or not."""

    __tablename__ = "attempts"
    __table_args__ = (
        one_of("kind", TRIES),
        one_of("outcome", OUTCOMES),
        CheckConstraint("length(name_hash) = 32", name="name_hash_is_one"),
        Index(None, "name_hash", "at"),
        Index(None, "address", "at"),
        {"schema": PEOPLE, "comment": "Tries to sign in, by which guessing is slowed"},
    )

    id: Mapped[RandomId]
    name_hash: Mapped[bytes] = mapped_column(
        LargeBinary, comment="SHA-256 of the name typed, which may be a password typed in the wrong field"
    )
    address: Mapped[str] = mapped_column(server_default="", comment="Where from; blank: this machine's shell")
    kind: Mapped[str]
    outcome: Mapped[str] = mapped_column(server_default="pending")
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class SubjectRow(Base):
    """Somebody as an identity provider names them: never by e-mail, which may pass to somebody else."""

    __tablename__ = "subjects"
    __table_args__ = (
        not_blank("issuer"),
        not_blank("subject"),
        {"schema": PEOPLE, "comment": "Subjects of identity providers; without account: seen, not linked"},
    )

    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[uuid.UUID | None] = mapped_column(
        ForeignKey(AccountRow.id, ondelete="CASCADE"), index=True
    )
    shown_name: Mapped[str] = mapped_column(
        server_default="", comment="As the provider names them, for whoever links; decides nothing"
    )
    seen_at: Mapped[Since]
    linked_at: Mapped[datetime | None]


LIVE: Final = table(
    "live",
    *map(column, ("session_id", "account_id", "secret_hash", "kind", "actions", "proved_at", "seen_at")),
    schema=PEOPLE,
)
"""The view of sessions that hold now, of enabled accounts only: the one place that says which these are."""
