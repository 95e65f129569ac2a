"""HTML to PDF by WeasyPrint, the one renderer of what is printed: nothing is fetched, not even from this machine."""

from __future__ import annotations

import ctypes
import os
from functools import cache
from typing import TYPE_CHECKING, Final

from etl.errors import EtlError

if TYPE_CHECKING:
    from pathlib import Path

WITHIN: Final = ("data",)
"""What a document may name: only what it holds itself."""

LIBRARIES: Final = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
"""Of Debian's Pango, what WeasyPrint opens by these names."""


def pdf_of(html: str, *, prefix: Path | None = None) -> bytes:
    """Return an HTML document as a PDF.

    Parameters
    ----------
    html
        The document with its style in it; fonts and pictures as `data:` addresses. Any other address is left out.
    prefix
        Where set-up unpacked Debian's packages, on a machine whose user may not install them.

    Raises
    ------
    EtlError
        Pango is not on this machine.
    """
    _load(prefix)
    try:
        # Only now, since it opens Pango, which a server that prints nothing can do without.
        from weasyprint import HTML  # noqa: PLC0415
        from weasyprint.urls import URLFetcher  # noqa: PLC0415
    except OSError as fault:
        raise EtlError(
            "Pages cannot be printed on this machine",
            given=str(fault).splitlines()[0][:200],
            wanted="Debian's libpango-1.0-0, libpangoft2-1.0-0 and libharfbuzz-subset0",
            todo="run scripts/setup runtime again, or ask an administrator to install these packages",
        ) from fault
    printed: bytes = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=WITHIN)).write_pdf()
    return printed


@cache
def _load(prefix: Path | None) -> None:
    """Open the unpacked libraries where none is installed, so that WeasyPrint finds them open by their names."""
    if prefix is None or not prefix.is_dir() or _opens(LIBRARIES[0]):
        return
    if (fonts := prefix / "etc" / "fonts").is_dir():
        os.environ.setdefault("FONTCONFIG_PATH", str(fonts))
    waiting = sorted(
        {*prefix.glob("usr/lib/*-linux-gnu/lib*.so.*"), *prefix.glob("lib/*-linux-gnu/lib*.so.*")}
    )
    wanted = [path for path in waiting if any(path.name.startswith(name) for name in _NEEDED)]
    # One opens only when those it needs are open, in an order that is theirs: so go round until nothing more opens.
    while wanted:
        left = [path for path in wanted if not _opens(str(path))]
        if len(left) == len(wanted):
            return
        wanted = left


_NEEDED: Final = (
    *(
        "libpango",
        "libharfbuzz",
        "libfribidi",
        "libthai",
        "libdatrie",
        "libgraphite2",
        "libfontconfig",
        "libfreetype",
    ),
    *(
        "libglib-2",
        "libgobject-2",
        "libgio-2",
        "libgmodule-2",
        "libgthread-2",
        "libffi",
        "libpcre2-8",
        "libpng16",
    ),
    *("libbrotli", "libexpat", "libbz2", "libmount", "libblkid"),
)
"""What Pango is made of in Debian 12; the rest of what lies unpacked is other programs'."""


def _opens(library: str) -> bool:
    try:
        ctypes.CDLL(library, mode=ctypes.RTLD_GLOBAL)
    except OSError:
        return False
    return True
