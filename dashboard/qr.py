"""Words as a QR code, for the camera of a phone."""

from __future__ import annotations

from typing import Final

from dash import html

MODULE_PX: Final = 4
QUIET_MODULES: Final = 4
"""The white border that readers want."""


def qr_code(words: str, alt: str) -> html.Img:
    """Return a picture whose code says `words`, dark on white whatever the theme.

    The picture stands in the element itself, so that what it says is kept at no address and in no store; of the
    content policy it needs `img-src data:` and nothing else.
    """
    import segno  # noqa: PLC0415 - few people add an app: a web worker starts without it

    made = segno.make_qr(words, error="m")
    side_px = made.symbol_size(border=QUIET_MODULES)[0] * MODULE_PX
    drawn = made.svg_data_uri(border=QUIET_MODULES, dark="#000", light="#fff", omitsize=True)
    return html.Img(src=drawn, alt=alt, width=side_px, height=side_px)
