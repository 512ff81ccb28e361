"""The simulator: from a start and an allowance to the due time with its account, and what a closed day would do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from portal.errors import InvalidInput
from portal.sop import worktime
from portal.sop.table import ALLOWANCES, CURRENT_VERSION, Step
from portal.web import messages
from portal.web.forms import parse
from schemas.office_time import Simulation

FIELDS = ("mulai", "langkah", "jumlah", "satuan", "tutup")
_NAMES = {"start": "mulai", "amount": "jumlah", "unit": "satuan", "closed": "tutup"}
STEPS = {step: given for (version, step), given in ALLOWANCES.items() if version == CURRENT_VERSION}


@dataclass(frozen=True, slots=True)
class Simulated:
    """What came out: the account, and the one with the day in question closed (None where none was asked)."""

    account: worktime.Account | None = None
    otherwise: worktime.Account | None = None


def typed(query: Mapping[str, str], now: datetime) -> dict[str, str]:
    """What was typed, or a first proposal: now, the Kabid's step."""
    if "mulai" in query:
        return {name: query.get(name, "")[:40] for name in FIELDS}
    start = f"{now:%Y-%m-%dT%H:%M}"
    return {
        "mulai": start,
        "langkah": Step.POLICY_SELECTION.value,
        "jumlah": "",
        "satuan": "hour",
        "tutup": "",
    }


def simulate(
    office: worktime.OfficeCalendar, values: Mapping[str, str], closing: str
) -> tuple[Simulated, dict[str, str]]:
    """The result, or the problems of the fields; `closing` names the day that is tried closed."""
    given = STEPS.get(values["langkah"])  # type: ignore[call-overload]
    if values["langkah"] and given is None:
        return Simulated(), {"langkah": messages.text("form.choice")}
    amount, unit = (str(given.amount), given.unit) if given else (values["jumlah"], values["satuan"])
    try:
        asked = parse(
            Simulation,
            {"start": values["mulai"], "amount": amount, "unit": unit, "closed": values["tutup"]},
        )
    except InvalidInput as error:
        told = messages.field_problems(error.fields)
        return Simulated(), {_NAMES[name]: sentence for name, sentence in told.items()}
    allowance = worktime.Allowance(asked.amount, asked.unit)  # type: ignore[arg-type]
    start = asked.start.replace(tzinfo=office.timezone)
    found = worktime.account(office, start, allowance)
    if asked.closed is None:
        return Simulated(found), {}
    shut = replace(office, days={**office.days, asked.closed: worktime.SpecialDay(closing)})
    return Simulated(found, worktime.account(shut, start, allowance)), {}
