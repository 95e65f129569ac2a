"""The protected tables: whom to call, and what companies tell in confidence."""

from __future__ import annotations

import uuid  # noqa: TC003 - SQLAlchemy reads the annotations at run time

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.db.base import PROTECTED, Base, RandomId, Since
from registry.directory.records import PRICE_BASES
from registry.directory.tables import AssetRow, ProviderRow

_BASES = ", ".join(f"'{basis}'" for basis in PRICE_BASES)


class ContactRow(Base):
    """Whom to call at a provider. Written by loads; nothing here reads it."""

    __tablename__ = "contacts"
    __table_args__ = (
        UniqueConstraint("provider_id"),
        {"schema": PROTECTED, "comment": "Whom to call at a provider"},
    )

    id: Mapped[RandomId]
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(ProviderRow.id, ondelete="CASCADE"))
    person: Mapped[str] = mapped_column(server_default="")
    phone: Mapped[str] = mapped_column(server_default="")
    email: Mapped[str] = mapped_column(server_default="")
    updated_at: Mapped[Since]


class ProprietaryRow(Base):
    """What a company tells in confidence about an asset. Written by loads; nothing here reads it."""

    __tablename__ = "proprietary"
    __table_args__ = (
        UniqueConstraint("asset_id"),
        CheckConstraint(f"price_basis IN ({_BASES})", name="price_basis"),
        {"schema": PROTECTED, "comment": "What companies tell in confidence about an asset"},
    )

    id: Mapped[RandomId]
    provider_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(ProviderRow.id, ondelete="CASCADE"), index=True)
    asset_id: Mapped[uuid.UUID] = mapped_column(ForeignKey(AssetRow.id, ondelete="CASCADE"))
    price_basis: Mapped[str | None]
    conditions: Mapped[str] = mapped_column(server_default="")
    notes: Mapped[str] = mapped_column(server_default="")
    updated_at: Mapped[Since]
