"""The table of the key by which the ids of closed answers are made."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from registry.db.base import TRUST, Base

KEY_BYTES = 32


class AliasKeyRow(Base):
    """The one key; made with the table, the same for all processes and machines on this database."""

    __tablename__ = "alias_keys"
    __table_args__ = (
        CheckConstraint("single", name="there_is_one"),
        CheckConstraint(f"octet_length(key) = {KEY_BYTES}", name="key_is_one"),
        {"schema": TRUST, "comment": "By which the ids of closed answers are made"},
    )

    single: Mapped[bool] = mapped_column(primary_key=True, server_default=text("true"))
    key: Mapped[bytes] = mapped_column(LargeBinary)
