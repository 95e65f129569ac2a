"""HTML attributes whose names Python cannot spell: `aria-label`, `data-pop`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def wild(names: Mapping[str, str]) -> dict[str, Any]:
    """Return attributes as keyword arguments of a component."""
    return dict(names)


def opens(name: str) -> dict[str, Any]:
    """Return the attributes of a button that opens the popover `name`."""
    return wild(
        {
            "data-pop": name,
            "aria-haspopup": "dialog",
            "aria-expanded": "false",
            "aria-controls": f"pop-{name}",
        }
    )
