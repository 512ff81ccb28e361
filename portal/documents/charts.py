"""Charts as SVG, the same on pages and papers: drawn by pygal, then stripped of its style sheet, script and hovering
parts (the pages' policy allows none). What is left is coloured by attributes, which a style sheet may overrule; series
differ by dash, mark and pattern of light as well as by colour. The numbers themselves stand in a table beside."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pygal
from markupsafe import Markup
from pygal.etree import etree

from portal.documents.formats import number

# pygal leaves a finder of its plugins of the old kind behind, over which others that look for modules stumble.
sys.meta_path[:] = [finder for finder in sys.meta_path if hasattr(finder, "find_spec")]

WIDTH, HEIGHT = 480, 230
ROW, FRAME = 34, 76
"""Height of one row of bars, and of all around them."""
FONT = "Liberation Sans, Arial, sans-serif"
INK, FAINT = "#24302a", "#c9d1cc"
COLOURS = ("#15613f", "#0b5a94", "#8a5f00")
DASHES = ("", "7 4", "2 3")
DROPPED = frozenset({"defs", "desc", "title", "comment"})
Value = float | None


@dataclass(frozen=True, slots=True)
class Series:
    """One row of numbers under its name; None leaves a gap."""

    name: str
    values: Sequence[Value]


def lines(
    title: str,
    told: str,
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    most: float = 100,
    unit: str = "%",
) -> Markup:
    """Lines over months, from 0 to `most`. `told` says in words what the picture shows."""
    chart = pygal.Line(range=(0, most), y_labels=[0, most / 2, most], dots_size=3.5, **_common(len(series)))
    chart.value_formatter = _with(unit)
    return _drawn(chart, title, told, labels, series)


def bars(
    title: str, told: str, labels: Sequence[str], series: Sequence[Series], *, form: Callable[[float], str]
) -> Markup:
    """Bars over months, from 0. `form` writes the numbers of the scale."""
    chart = pygal.Bar(y_labels=_scale(series), margin_left=14, **_common(len(series)))
    chart.value_formatter = form
    return _drawn(chart, title, told, labels, series)


def rows(title: str, told: str, labels: Sequence[str], series: Sequence[Series], *, unit: str) -> Markup:
    """Bars side by side, one row for each label, the first on top; the scale's numbers bear `unit`."""
    height = FRAME + ROW * max(1, len(labels))
    chart = pygal.HorizontalBar(
        y_labels=_scale(series), **(_common(len(series)) | {"height": height, "margin_right": 30})
    )
    chart.value_formatter = _with(unit)
    turned = [Series(each.name, tuple(reversed(each.values))) for each in series]
    return _drawn(chart, title, told, tuple(reversed(labels)), turned)


def _scale(series: Sequence[Series]) -> list[float]:
    """Nothing, half and all of the greatest number."""
    most = max((value for each in series for value in each.values if value), default=1)
    return [0, most / 2, most]


def _common(count: int) -> dict[str, Any]:
    return {"js": [], "css": [], "width": WIDTH, "height": HEIGHT, "margin": 10, "show_legend": count > 1,
            "legend_at_bottom": True, "legend_at_bottom_columns": count, "no_prefix": True, "spacing": 8,
            "disable_xml_declaration": True, "show_x_guides": False, "truncate_legend": -1}  # fmt: skip


def _with(unit: str) -> Callable[[float], str]:
    return lambda value: f"{number(round(value, 1))} {unit}".strip()


def _drawn(chart: Any, title: str, told: str, labels: Sequence[str], series: Sequence[Series]) -> Markup:
    chart.x_labels = list(labels)
    for each in series:
        chart.add(each.name, list(each.values))
    root = chart.render_tree()
    _strip(root)
    for element, above in _walk(root, ()):
        _colour(element, above)
    for name in ("id", "class"):
        root.attrib.pop(name, None)
    root.attrib.update({"role": "img", "aria-label": f"{title}. {told}", "class": "lb-graph"})
    for position, (tag, text) in enumerate((("title", title), ("desc", told))):
        child = etree.Element(tag)
        child.text = text
        root.insert(position, child)
    # What people typed is text of the tree by now, and escaped by the serializer.
    return Markup(etree.tostring(root, encoding="unicode"))  # nosec B704


def _strip(element: Any) -> None:
    for child in list(element):
        tag = _tag(child)
        css = child.get("class", "") if isinstance(child.tag, str) else ""
        if tag in DROPPED or ("overlay" in css.split() and not child.findall(".//{*}circle")):
            element.remove(child)
        else:
            child.attrib.pop("id", None)
            child.attrib.pop("style", None)
            _strip(child)


def _tag(element: Any) -> str:
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else "comment"


def _walk(element: Any, above: tuple[str, ...]) -> Iterator[tuple[Any, tuple[str, ...]]]:
    for child in element:
        own = tuple(child.get("class", "").split())
        yield child, (*above, *own)
        yield from _walk(child, (*above, *own))


def _colour(element: Any, css: tuple[str, ...]) -> None:
    """Give one element the attributes that pygal's style sheet would give it."""
    tag = _tag(element)
    serie = next((int(name.rsplit("-", 1)[1]) for name in css if name.startswith(("color-", "serie-"))), None)
    if tag == "rect" and "background" in css:
        element.attrib.update({"fill": "none"})
    elif tag == "text":
        anchor = "end" if "y" in css and "axis" in css else ("middle" if "axis" in css else "start")
        element.attrib.update({"font-family": FONT, "font-size": "11", "fill": INK, "stroke": "none",
                               "text-anchor": anchor})  # fmt: skip
    elif serie is not None:
        element.attrib.update(_serie(tag, serie % len(COLOURS)))
    elif tag == "path":
        hidden = "x" in css and "always_show" not in css
        element.attrib.update({"fill": "none", "stroke": FAINT, "stroke-width": "0" if hidden else "1"})


def _serie(tag: str, place: int) -> Mapping[str, str]:
    colour = COLOURS[place]
    if tag == "path":
        dash = {"stroke-dasharray": DASHES[place]} if DASHES[place] else {}
        return {"fill": "none", "stroke": colour, "stroke-width": "2.5", **dash}
    if tag in ("rect", "circle"):
        return {"fill": colour, "stroke": colour, "fill-opacity": "1" if place == 0 else "0.35"}
    return {}
