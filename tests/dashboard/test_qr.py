"""What a QR code says, read back from the picture that a page draws."""

from __future__ import annotations

import re
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import segno

from dashboard.qr import QUIET_MODULES, qr_code
from registry.people import totp

ADDRESS = totp.address("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "rosa")


def drawn(image):
    """Return the picture's size in modules and its dark modules (column, row), from the strokes of its path."""
    head, _, svg = image.src.partition(",")
    assert head.startswith("data:image/svg+xml")
    root = ET.fromstring(unquote(svg))  # noqa: S314 - of our own making
    (dark,) = (each for each in root.iter() if each.get("stroke"))
    assert dark.get("stroke") in ("#000", "#000000")
    x = y = 0.0
    found = set()
    for verb, words in re.findall(r"([Mmh])([^Mmh]*)", dark.get("d")):
        numbers = [float(each) for each in re.findall(r"-?[0-9.]+", words)]
        if verb == "h":
            found |= {(int(x) + step, int(y)) for step in range(int(numbers[0]))}
            x += numbers[0]
        else:
            x, y = (numbers[0], numbers[1]) if verb == "M" else (x + numbers[0], y + numbers[1])
    return [float(each) for each in root.get("viewBox").split()], found


def test_the_picture_draws_each_module_of_the_code_that_says_the_address():
    box, dark = drawn(qr_code(ADDRESS, "The key"))
    wanted = segno.make_qr(ADDRESS, error="m").matrix
    side = len(wanted) + 2 * QUIET_MODULES
    assert box == [0, 0, side, side]
    assert dark == {
        (column + QUIET_MODULES, row + QUIET_MODULES)
        for row, line in enumerate(wanted)
        for column, module in enumerate(line)
        if module
    }


def test_another_key_is_another_picture_and_none_needs_a_style_or_a_script():
    one, other = (qr_code(words, "The key").src for words in (ADDRESS, ADDRESS.replace("P", "Q")))
    assert one != other
    assert not re.search(r"style|script|href", unquote(one))
