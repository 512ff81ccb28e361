"""The square code on a paper: an address to scan, as filled squares of an SVG that needs no picture file."""

from __future__ import annotations

import segno
from markupsafe import Markup

QUIET = 2
"""Modules of white around it; the paper's own margin adds the rest."""


def svg(address: str) -> Markup:
    """`address` as SVG with the error correction that a crumpled or stamped paper needs."""
    rows = [bytes(row) for row in segno.make(address, error="m", micro=False).matrix]
    side = len(rows) + 2 * QUIET
    squares = "".join(
        f"M{left + QUIET} {top + QUIET}h{right - left}v1h{left - right}z"
        for top, row in enumerate(rows)
        for left, right in _runs(row)
    )
    return Markup(
        '<svg class="qr" viewBox="0 0 {0} {0}" xmlns="http://www.w3.org/2000/svg">'
        '<path d="{1}" fill="#000"/></svg>'
    ).format(side, squares)


def _runs(row: bytes) -> list[tuple[int, int]]:
    """Where dark modules begin and end in a row: one rectangle for each run leaves no hairlines between them."""
    found, begun = [], -1
    for place, dark in enumerate([*row, 0]):
        if dark and begun < 0:
            begun = place
        elif not dark and begun >= 0:
            found.append((begun, place))
            begun = -1
    return found
