"""Whether this is a registry with the demo's companies: only there the demo's people may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, select

from registry.directory.tables import ProviderRow

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def has_demo(session: Session) -> bool:
    """Return whether the demo's companies are in this registry."""
    return bool(session.scalar(select(exists().where(ProviderRow.synthetic))))
