"""The scenes of the demonstration about office time: an account that adds up, Ramadan and a feast, a mail that comes
once however many clocks run."""

from __future__ import annotations

import email
import email.policy
import os
import re
import subprocess
import sys
import time
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

from office.checks import Check
from office.instance import ROOT, Instance
from office.mailbox import Mailbox
from office.scenes import TO_KABID, Stage
from portal import config
from portal.sop.due import OFFICE_ZONE
from portal.store import db
from portal.store.models import BackupRequest, CalendarDay, CalendarPeriod, OutboxEvent

MAIL_SECONDS = 90
QUIET_SECONDS = 12
"""Longer than a round of the clock: what comes twice has come by then."""
POLICY_SECONDS = 5 * 3600


def explained(stage: Stage) -> None:
    """The Kabid's due time explains itself: the hours of its lines are added up here, and are the SOP's five."""
    request_id = stage.desks.submit("Naskah peraturan internal.", "/srv/naskah")
    stage.desks.forward(request_id, *TO_KABID)
    with stage.checks.that("sla.explained") as check:
        page = stage.desks["kabid"].open(f"/permohonan/{request_id}")
        links = page.page.xpath("//a[contains(@class, 'lb-due')]/@href")
        check.demand(f"/permohonan/{request_id}/tenggat" in links, f"no way to the account: {links}")
        told = stage.desks["kabid"].open(f"/permohonan/{request_id}/tenggat")
        total = _added_up(told.page)
        check.demand(total == POLICY_SECONDS, f"the hours of the page add up to {total} s")
        with db.connection():
            row = BackupRequest.get_by_id(request_id)
            walked = _office_seconds(row.step_entered_at, row.due_at)
        check.demand(walked == POLICY_SECONDS, f"minute by minute it is {walked} s")
        check.detail = f"due {row.due_at.astimezone(OFFICE_ZONE):%d-%m %H:%M}: lines and minutes are 5 h each"


def ramadan(stage: Stage) -> None:
    """From a day of Ramadan over Nyepi and Idul Fitri, by the simulator's page, held against the calendar's rows."""
    with stage.checks.that("sla.ramadan") as check:
        with db.connection():
            feast = CalendarDay.get(CalendarDay.name.contains("Idul Fitri"), CalendarDay.kind == "holiday")
            period = CalendarPeriod.get(CalendarPeriod.last < feast.date)
            last = next(day for day in _back(period.last) if _hours(day))
        start = datetime.combine(last, datetime.min.time().replace(hour=14), OFFICE_ZONE)
        page = stage.desks["pegawai"].open(
            f"/kalender?mulai={start:%Y-%m-%dT%H:%M}&langkah=policy_selection&jumlah=&satuan=hour&tutup="
        )
        total = _added_up(page.page)
        check.demand(total == POLICY_SECONDS, f"the hours of the page add up to {total} s")
        text = " ".join(page.text.split())
        check.demand("(Ramadan)" in text and feast.name in text, "it names neither Ramadan nor the feast")
        found = re.search(r"Jatuh tempo (\d+) (\w+) (\d{4}) (\d\d)\.(\d\d) WIB", text)
        check.demand(found, "no due time on the page")
        check.demand(int(found[1]) > feast.date.day or start.month != feast.date.month, found[0])
        nyepi = " over Nyepi" if "Nyepi" in text else ""
        check.detail = f"from {start:%d-%m-%Y %H:%M} in Ramadan{nyepi} and {feast.name}: {found[0]}"


def mailed_once(stage: Stage, instance: Instance, box: Mailbox) -> None:
    """A second clock runs beside the portal's own, at a real mail server: each mail about a request comes once."""
    clock = _second_clock(instance)
    try:
        with stage.checks.that("mail.once") as check:
            request_id = stage.desks.submit("Buku tamu laboratorium.", "/srv/tamu")
            number = _number(request_id)
            wanted = [f"Permohonan {number} sudah dikirim", f"{number} menunggu keputusan Anda"]
            _await(check, box.folder, *wanted)
            if _make_late(request_id):
                wanted.append(f"{number} lewat tenggat")
                _await(check, box.folder, *wanted)
            time.sleep(QUIET_SECONDS)
            counted = Counter(each for each in _mails(box.folder) if number in each[1])
            twice = {key: times for key, times in counted.items() if times != 1}
            check.demand(not twice, f"came again: {twice}")
            check.demand(clock.poll() is None, "the second clock ended by itself")
            told = [f"{event.kind} {event.key}" for event in _reminders(request_id)]
            check.demand(len(told) == len(wanted) - 2, f"written by night or twice: {told}")
            check.detail = f"{len(counted)} mails about {number}, two clocks: each once"
    finally:
        clock.terminate()
        clock.wait(30)


def _second_clock(instance: Instance) -> subprocess.Popen[bytes]:
    """A clock with the portal's own settings; it is ended by its handle."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith(config.PREFIX)}
    argv = ["setpriv", "--pdeathsig", "TERM", "--", sys.executable, "-m", "workers.clock"]
    with (instance.var / "log" / "second-clock.log").open("ab") as log:
        return subprocess.Popen(argv, env={**kept, **instance.environment}, stdout=log, stderr=log, cwd=ROOT)


def _make_late(request_id: int) -> bool:
    """Let the step be late; whether the office is open, so that a reminder must come. By night none may be written."""
    with db.connection():
        late = db.now() - timedelta(minutes=5)
        BackupRequest.update(due_at=late).where(BackupRequest.id == request_id).execute()
        return _is_office_minute(db.now().astimezone(OFFICE_ZONE))


def _reminders(request_id: int) -> list[OutboxEvent]:
    with db.connection():
        mine = (OutboxEvent.kind == "reminder") & (OutboxEvent.subject_id == request_id)
        return list(OutboxEvent.select().where(mine))


def _number(request_id: int) -> str:
    with db.connection():
        return str(BackupRequest.get_by_id(request_id).number)


def _await(check: Check, folder: Path, *subjects: str) -> None:
    deadline = time.monotonic() + MAIL_SECONDS
    while time.monotonic() < deadline:
        come = [subject for _, subject in _mails(folder)]
        if all(any(wanted in subject for subject in come) for wanted in subjects):
            return
        time.sleep(0.5)
    check.demand(False, f"waited {MAIL_SECONDS} s for {subjects}")


def _mails(folder: Path) -> list[tuple[str, str]]:
    found = []
    for path in sorted(folder.glob("*.eml")):
        mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
        found.append((str(mail["To"]), " ".join(str(mail["Subject"]).split())))
    return found


def _added_up(page: object) -> int:
    """The clock times of the column of hours that count, subtracted and added up here."""
    cells = page.xpath("//td[@data-label='Jam yang dihitung']")  # type: ignore[attr-defined]
    total = 0
    for cell in cells:
        for h1, m1, h2, m2 in re.findall(r"(\d\d)\.(\d\d)–(\d\d)\.(\d\d)", cell.text_content()):
            total += (int(h2) * 60 + int(m2) - int(h1) * 60 - int(m1)) * 60
    return total


def _office_seconds(start: datetime, end: datetime) -> int:
    """The office minutes between two instants, counted one by one from the calendar's rows. Whoever enters between two
    full minutes leaves so as well: seconds are put aside."""
    at, end = start.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0)
    minutes = 0
    while at < end:
        minutes += _is_office_minute(at.astimezone(OFFICE_ZONE))
        at += timedelta(minutes=1)
    return minutes * 60


def _is_office_minute(local: datetime) -> bool:
    clock = f"{local:%H:%M}"
    return any(opens <= clock < closes for opens, closes in _hours(local.date()))


def _hours(day: date) -> list[tuple[str, str]]:
    """The hours of a day by the rows of the calendar and Perpres 21/2023, told without the portal's arithmetic."""
    row = CalendarDay.get_or_none(CalendarDay.date == day)
    if row is not None:
        return [tuple(pair) for pair in row.hours or []]
    period = CalendarPeriod.get_or_none(CalendarPeriod.first <= day, CalendarPeriod.last >= day)
    if period is not None and str(day.weekday()) in period.weekly:
        return [tuple(pair) for pair in period.weekly[str(day.weekday())]]
    if day.weekday() < 4:
        return [("07:30", "12:00"), ("13:00", "16:00")]
    return [("07:30", "11:30"), ("13:00", "16:30")] if day.weekday() == 4 else []


def _back(day: date):
    while True:
        yield day
        day -= timedelta(days=1)
