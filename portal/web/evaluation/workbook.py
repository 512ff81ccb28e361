"""The figures of a month as sheets: summary, units, the desks' times, what asks for a person, the year, the servers."""

from __future__ import annotations

from collections.abc import Sequence

from portal.documents.workbook import Cell, Column, Kind, Sheet, workbook
from portal.sop.evaluation import Month
from portal.web.messages import label, text, values
from schemas.evaluation import Figures, Mean, MonthLine, Share, Unusual
from schemas.survey import QUESTIONS

SHARES = ("coverage", "success", "rpo", "proven", "sla")


def of(
    told: Figures, trend: Sequence[MonthLine], *, marks_url: str, number: str = "", unit: str = ""
) -> bytes:
    """All sheets as one file. `marks_url`: where each of the requesters' marks is shown."""
    month = Month.of(told.begins).first
    title = text("evaluation.workbook", month=values.month(month))
    heading = ", ".join(part for part in (title, unit, number) if part)
    sheets = (
        _summary(told, heading, marks_url),
        _units(told),
        _steps(told),
        _unusual(told),
        _year(trend),
        _servers(told),
    )
    return workbook(sheets, title=heading, at=told.counted_at)


def _summary(told: Figures, heading: str, marks_url: str) -> Sheet:
    rows: list[list[Cell]] = [
        [_figure(name), *_share(share)] for name, share in ((name, getattr(told, name)) for name in SHARES)
    ]
    kinds: list[tuple[Kind, ...]] = [("text", "percent", "count", "count")] * len(rows)
    rows.append([_figure("answered"), *_share(told.said.answered)])
    kinds.append(("text", "percent", "count", "count"))
    means = {name: getattr(told.said, name) for name in ("overall", *QUESTIONS)}
    rows += [[_figure(f"mark_{name}"), mean.value, mean.count, None] for name, mean in means.items()]
    kinds += [("text", "mark", "count", "count")] * len(means)
    rows.append([_figure("marks_listed"), marks_url, None, None])
    kinds.append(("text", "link", "count", "count"))
    flow = told.flow
    counted = {"received": flow.received, "granted": flow.granted, "refused": flow.refused,
               "withdrawn": flow.withdrawn, "missed": told.missed, "unproven": told.unproven,
               "unusual": len(told.unusual)}  # fmt: skip
    rows += [[_figure(name), count, None, None] for name, count in counted.items()]
    kinds += [("text", "count", "count", "count")] * len(counted)
    if room := told.room:
        sizes = {
            "room_used": room.used,
            "room_total": room.total,
            "room_added": room.added,
            "room_per_day": room.per_day,
        }
        rows += [[_figure(name), size, None, None] for name, size in sizes.items()]
        kinds += [("text", "bytes", "bytes", "bytes")] * len(sizes)
        rows.append([_figure("room_fills_at"), room.fills_at, None, None])
        kinds.append(("text", "instant", "count", "count"))
    rows.append([_figure("as_of"), told.as_of, None, None])
    kinds.append(("text", "instant", "count", "count"))
    columns = (
        _column("figure", width=44),
        _column("value", "count", 20),
        _column("part", "count"),
        _column("whole", "count"),
    )
    return Sheet(_sheet("summary"), columns, rows, heading, kinds)


def _units(told: Figures) -> Sheet:
    columns = (_column("code"), _column("unit", width=44), _column("servers", "count"), *_shares("success"),
               *_shares("rpo"), *_shares("proven"), _column("received", "count"), _column("closed", "count"),
               _column("late", "count"), *_mark_columns())  # fmt: skip
    rows = [
        [unit.code, unit.name, unit.servers, *_share(unit.success), *_share(unit.rpo), *_share(unit.proven),
         unit.received, unit.closed, unit.late, *_mark(unit.said.overall)]
        for unit in told.units
    ]  # fmt: skip
    return Sheet(_sheet("units"), columns, rows)


def _steps(told: Figures) -> Sheet:
    columns = (_column("step", width=40), *_shares("sla"), _column("average", "hours"), _column("p95", "hours"),
               _column("slowest", "hours"), _column("request"))  # fmt: skip
    rows = [
        [label("step", each.step), *_share(each.in_time), *map(_hours, (each.average_seconds, each.p95_seconds,
         each.slowest_seconds)), each.slowest_number]
        for each in told.steps
    ]  # fmt: skip
    return Sheet(_sheet("steps"), columns, rows)


def _unusual(told: Figures) -> Sheet:
    columns = (_column("kind", width=32), _column("server", width=28), _column("about", width=28),
               _column("since", "instant", 18), _column("times", "count"), _column("cause", width=60))  # fmt: skip
    rows = [
        [label("unusual", each.kind), each.server, _about(each), each.at, each.count,
         text(each.code) if each.code else None]
        for each in told.unusual
    ]  # fmt: skip
    return Sheet(_sheet("unusual"), columns, rows)


def _year(trend: Sequence[MonthLine]) -> Sheet:
    columns = (_column("month", "date"), *(column for name in SHARES for column in _shares(name)),
               _column("received", "count"), _column("unusual", "count"), _column("used", "bytes", 20),
               *_mark_columns())  # fmt: skip
    rows = [
        [Month.of(each.begins).first, *(cell for name in SHARES for cell in _share(getattr(each, name))),
         each.received, each.unusual, each.used, *_mark(each.marks)]
        for each in trend
    ]  # fmt: skip
    return Sheet(_sheet("year"), columns, rows)


def _servers(told: Figures) -> Sheet:
    columns = (_column("server", width=28), _column("units", width=20), _column("granted"),
               _column("promised", "count"), _column("copied", "instant", 18), _column("age", "hours"),
               _column("in_time"), _column("proven_at", "instant", 18), _column("proof_age", "hours"))  # fmt: skip
    rows = [
        [each.name, ", ".join(each.units), values.shown(each.granted), each.promised_hours, each.copied_at,
         each.copy_hours, values.shown(each.in_time), each.proven_at, each.proof_days]
        for each in told.servers
    ]  # fmt: skip
    return Sheet(_sheet("servers"), columns, rows)


def _about(each: Unusual) -> str:
    if each.emergency_id:
        return f"{label('subject', 'emergency')} #{each.emergency_id}"
    if each.run_id:
        return f"{label('subject', 'run')} #{each.run_id}"
    return each.number or each.schedule


def _shares(name: str) -> tuple[Column, ...]:
    title = label("evaluation_figure", name)
    return (
        Column(title, "percent"),
        Column(f"{title}, {label('evaluation_column', 'part').lower()}", "count"),
        Column(f"{title}, {label('evaluation_column', 'whole').lower()}", "count"),
    )


def _mark_columns() -> tuple[Column, ...]:
    return _column("mark", "mark"), _column("marks", "count")


def _mark(mean: Mean) -> tuple[Cell, ...]:
    return mean.value, mean.count


def _share(share: Share) -> tuple[Cell, ...]:
    return _percent(share), share.part, share.whole


def _percent(share: Share) -> float | None:
    return share.percent / 100 if share.percent is not None else None


def _hours(seconds: int | None) -> float | None:
    return seconds / 3600 if seconds is not None else None


def _column(name: str, kind: Kind = "text", width: int = 16) -> Column:
    return Column(label("evaluation_column", name), kind, width)


def _figure(name: str) -> str:
    return label("evaluation_figure", name)


def _sheet(name: str) -> str:
    return label("evaluation_sheet", name)
