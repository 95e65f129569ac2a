"""Providers written into the registry: checked first, then all in one transaction, idempotently."""

from __future__ import annotations

from registry.directory.records import (
    AssetRecord,
    ContactRecord,
    ProprietaryRecord,
    ProviderRecord,
    SiteRecord,
    Tally,
    Written,
)

__all__ = [
    "AssetRecord",
    "ContactRecord",
    "ProprietaryRecord",
    "ProviderRecord",
    "SiteRecord",
    "Tally",
    "Written",
]
