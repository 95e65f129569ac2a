"""Moments in a form: Central time without its zone, as the field shows it."""

from __future__ import annotations

from datetime import UTC, datetime

import dash_mantine_components as dmc

from dashboard.pages.incident.forms import ABOVE
from matching.explanation import CENTRAL


def moment_field(name: str, label: str, description: str) -> dmc.DateTimePicker:
    """Return a field for a moment in Central time."""
    return dmc.DateTimePicker(
        id=name,
        label=label,
        description=description,
        valueFormat="D MMM YYYY, HH:mm",
        clearable=True,
        clearButtonProps={"aria-label": f"Clear: {label}"},
        popoverProps=ABOVE,
        timePickerProps={"withDropdown": False, "hoursInputLabel": "Hours", "minutesInputLabel": "Minutes"},
        submitButtonProps={"aria-label": "Use this time"},
        nextLabel="Next month",
        previousLabel="Month before",
    )


def local_text(moment: datetime | None) -> str | None:
    """Return an aware moment as a moment field shows it: Central time without its zone."""
    return moment.astimezone(CENTRAL).strftime("%Y-%m-%d %H:%M:%S") if moment else None


def aware_moment(text: str | None) -> datetime | None:
    """Return the aware UTC moment of a moment field's text, read as Central time.

    In UTC, since moments of one zone are compared by their clocks, which run the same hour twice in autumn.
    """
    return datetime.fromisoformat(text).replace(tzinfo=CENTRAL).astimezone(UTC) if text else None
