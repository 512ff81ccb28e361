"""THE transition table of SOP 119.002, as data. Inbox, buttons, disposition sheet, timeline and tests derive from it.

A request stores the version it was filed under, so a revised SOP adds rows and never rewrites a file in flight.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from portal.sop.worktime import Allowance


class Role(StrEnum):
    """Who acts (SOP, "Tanggung Jawab"); `system_admin` and `auditor` act on the portal, never on a request."""

    REQUESTER = "requester"
    UNIT_HEAD = "unit_head"
    CENTER_HEAD = "center_head"
    DIVISION_HEAD = "division_head"
    SUBDIVISION_HEAD = "subdivision_head"
    ADMINISTRATOR = "administrator"
    ADMIN_AFFAIRS_HEAD = "admin_affairs_head"
    SYSTEM_ADMIN = "system_admin"
    AUDITOR = "auditor"


OFFICIALS = (
    Role.UNIT_HEAD,
    Role.CENTER_HEAD,
    Role.DIVISION_HEAD,
    Role.SUBDIVISION_HEAD,
    Role.ADMINISTRATOR,
    Role.ADMIN_AFFAIRS_HEAD,
)
"""Those with a desk of their own in the flow, in its order."""


class Step(StrEnum):
    """Where a request stands. `submission` is the draft; `refusal_review` is the Kabid reading a refusal of step 4."""

    SUBMISSION = "submission"
    RETURNED = "returned"
    UNIT_NOTE = "unit_note"
    CENTER_DISPOSITION = "center_disposition"
    POLICY_SELECTION = "policy_selection"
    SPECIFICATION_SELECTION = "specification_selection"
    REFUSAL_REVIEW = "refusal_review"
    EXECUTION = "execution"
    SUBDIVISION_REPORT = "subdivision_report"
    DIVISION_REPORT = "division_report"
    REPLY = "reply"
    RECEIPT = "receipt"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What can be decided."""

    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    RETURN = "return"
    FORWARD = "forward"
    APPROVE = "approve"
    REFUSE = "refuse"
    FOLLOW_UP = "follow_up"
    POSTPONE = "postpone"
    RESUME = "resume"
    REPORT = "report"
    INFORM = "inform"
    """Telling the requester by letter that the work is postponed."""
    ANSWER = "answer"
    RECEIVE = "receive"
    UNDO = "undo"
    """Taking back the last decision: no row of the table, see sop/undo.py."""


class Guard(StrEnum):
    """A fact that must hold beside step and role; `chain.Facts` carries the truth of each."""

    NONE = ""
    FORM_COMPLETE = "form_complete"
    FIELDS_MARKED = "fields_marked"
    SCOPE_GIVEN = "scope_given"
    NOT_BEGUN = "not_begun"
    PAUSED = "paused"
    UNTOLD = "untold"
    POSTPONE_COMPLETE = "postpone_complete"
    PROVEN = "proven"


class Effect(StrEnum):
    """What a decision brings about beside the move, in the same transaction."""

    NUMBER = "number"
    NOTA_DINAS = "nota_dinas"
    AGENDA = "agenda"
    GRANT = "grant"
    REFUSED = "refused"
    UNREFUSED = "unrefused"
    GRANTED = "granted"
    FOLLOW_UP = "follow_up"
    PAUSE = "pause"
    RESUME = "resume"
    REPORT = "report"
    REPLY = "reply"
    INTERIM_REPLY = "interim_reply"
    RECEIPT = "receipt"
    MARK_FIELDS = "mark_fields"


@dataclass(frozen=True, slots=True)
class Transition:
    """One allowed move: at `step`, `role` may do `action`, and the request goes to `next_step`."""

    version: str
    step: Step
    action: Action
    role: Role
    next_step: Step
    needs_note: bool = False
    guard: Guard = Guard.NONE
    effect: tuple[Effect, ...] = ()


CURRENT_VERSION = "119.002/2.2"
TERMINAL = frozenset({Step.CLOSED, Step.WITHDRAWN})

_V = CURRENT_VERSION
_S, _A, _R, _G, _E = Step, Action, Role, Guard, Effect

TRANSITIONS: tuple[Transition, ...] = (
    # 1. The employee fills FM 001; the head of the unit sends it with a Nota Dinas, or asks for corrections.
    Transition(
        _V, _S.SUBMISSION, _A.SUBMIT, _R.REQUESTER, _S.UNIT_NOTE, False, _G.FORM_COMPLETE, (_E.NUMBER,)
    ),
    Transition(_V, _S.SUBMISSION, _A.WITHDRAW, _R.REQUESTER, _S.WITHDRAWN),
    Transition(_V, _S.RETURNED, _A.SUBMIT, _R.REQUESTER, _S.UNIT_NOTE, False, _G.FORM_COMPLETE, (_E.NUMBER,)),
    Transition(_V, _S.RETURNED, _A.WITHDRAW, _R.REQUESTER, _S.WITHDRAWN),
    Transition(
        _V, _S.UNIT_NOTE, _A.FORWARD, _R.UNIT_HEAD, _S.CENTER_DISPOSITION, False, _G.NONE, (_E.NOTA_DINAS,)
    ),
    Transition(
        _V, _S.UNIT_NOTE, _A.RETURN, _R.UNIT_HEAD, _S.RETURNED, True, _G.FIELDS_MARKED, (_E.MARK_FIELDS,)
    ),
    Transition(_V, _S.UNIT_NOTE, _A.WITHDRAW, _R.REQUESTER, _S.WITHDRAWN),
    # 2. Ka. PPIKSN dispositions to Kabid PJKKD.
    Transition(
        _V,
        _S.CENTER_DISPOSITION,
        _A.FORWARD,
        _R.CENTER_HEAD,
        _S.POLICY_SELECTION,
        False,
        _G.NONE,
        (_E.AGENDA,),
    ),
    Transition(_V, _S.CENTER_DISPOSITION, _A.WITHDRAW, _R.REQUESTER, _S.WITHDRAWN),
    # 3. Kabid PJKKD selects by policy. Refused: to the reply by Kabag TU.
    Transition(_V, _S.POLICY_SELECTION, _A.APPROVE, _R.DIVISION_HEAD, _S.SPECIFICATION_SELECTION),
    Transition(_V, _S.POLICY_SELECTION, _A.REFUSE, _R.DIVISION_HEAD, _S.REPLY, True, _G.NONE, (_E.REFUSED,)),
    Transition(_V, _S.POLICY_SELECTION, _A.WITHDRAW, _R.REQUESTER, _S.WITHDRAWN),
    # 4. Kasubbid Komdat selects by specification. Refused: back to Kabid PJKKD, who reads the reasons.
    Transition(
        _V,
        _S.SPECIFICATION_SELECTION,
        _A.APPROVE,
        _R.SUBDIVISION_HEAD,
        _S.EXECUTION,
        False,
        _G.SCOPE_GIVEN,
        (_E.GRANT,),
    ),
    Transition(
        _V,
        _S.SPECIFICATION_SELECTION,
        _A.REFUSE,
        _R.SUBDIVISION_HEAD,
        _S.REFUSAL_REVIEW,
        True,
        _G.NONE,
        (_E.REFUSED,),
    ),
    Transition(_V, _S.SPECIFICATION_SELECTION, _A.WITHDRAW, _R.REQUESTER, _S.WITHDRAWN),
    Transition(_V, _S.REFUSAL_REVIEW, _A.REFUSE, _R.DIVISION_HEAD, _S.REPLY, False, _G.NONE, (_E.REFUSED,)),
    Transition(
        _V,
        _S.REFUSAL_REVIEW,
        _A.APPROVE,
        _R.DIVISION_HEAD,
        _S.SPECIFICATION_SELECTION,
        True,
        _G.NONE,
        (_E.UNREFUSED,),
    ),
    Transition(_V, _S.REFUSAL_REVIEW, _A.WITHDRAW, _R.REQUESTER, _S.WITHDRAWN),
    # 5. The administrator marks Ditindaklanjuti or Ditunda, does the work, and reports when there is proof.
    Transition(
        _V, _S.EXECUTION, _A.FOLLOW_UP, _R.ADMINISTRATOR, _S.EXECUTION, False, _G.NOT_BEGUN, (_E.FOLLOW_UP,)
    ),
    Transition(
        _V, _S.EXECUTION, _A.POSTPONE, _R.ADMINISTRATOR, _S.EXECUTION, True, _G.POSTPONE_COMPLETE, (_E.PAUSE,)
    ),
    Transition(_V, _S.EXECUTION, _A.RESUME, _R.ADMINISTRATOR, _S.EXECUTION, False, _G.PAUSED, (_E.RESUME,)),
    Transition(
        _V, _S.EXECUTION, _A.REPORT, _R.ADMINISTRATOR, _S.SUBDIVISION_REPORT, False, _G.PROVEN, (_E.REPORT,)
    ),
    # While it lies postponed, Kabag TU tells the requester by letter: the reply that ends nothing (decision 0028).
    Transition(
        _V,
        _S.EXECUTION,
        _A.INFORM,
        _R.ADMIN_AFFAIRS_HEAD,
        _S.EXECUTION,
        False,
        _G.UNTOLD,
        (_E.INTERIM_REPLY,),
    ),
    Transition(_V, _S.EXECUTION, _A.WITHDRAW, _R.REQUESTER, _S.WITHDRAWN, False, _G.NOT_BEGUN),
    # 6., 7. The report climbs back.
    Transition(_V, _S.SUBDIVISION_REPORT, _A.FORWARD, _R.SUBDIVISION_HEAD, _S.DIVISION_REPORT),
    Transition(_V, _S.DIVISION_REPORT, _A.FORWARD, _R.DIVISION_HEAD, _S.REPLY, False, _G.NONE, (_E.GRANTED,)),
    # 8. Kabag TU answers. 9. The requester receives.
    Transition(_V, _S.REPLY, _A.ANSWER, _R.ADMIN_AFFAIRS_HEAD, _S.RECEIPT, False, _G.NONE, (_E.REPLY,)),
    Transition(_V, _S.RECEIPT, _A.RECEIVE, _R.REQUESTER, _S.CLOSED, False, _G.NONE, (_E.RECEIPT,)),
)

# SOP, column "Waktu": what each desk is given, in office time. The refusal's review has the Kabid's own five hours.
ALLOWANCES: dict[tuple[str, Step], Allowance] = {
    (_V, _S.UNIT_NOTE): Allowance(1, "day"),
    (_V, _S.CENTER_DISPOSITION): Allowance(1, "day"),
    (_V, _S.POLICY_SELECTION): Allowance(5, "hour"),
    (_V, _S.SPECIFICATION_SELECTION): Allowance(3, "hour"),
    (_V, _S.REFUSAL_REVIEW): Allowance(5, "hour"),
    (_V, _S.EXECUTION): Allowance(1, "hour"),
    (_V, _S.SUBDIVISION_REPORT): Allowance(1, "hour"),
    (_V, _S.DIVISION_REPORT): Allowance(1, "hour"),
    (_V, _S.REPLY): Allowance(3, "hour"),
    (_V, _S.RECEIPT): Allowance(1, "day"),
}

# The SOP's numbered steps in the order in which a granted request passes them, for timelines.
SOP_NUMBER: dict[Step, int] = {
    _S.SUBMISSION: 1, _S.RETURNED: 1, _S.UNIT_NOTE: 1, _S.CENTER_DISPOSITION: 2, _S.POLICY_SELECTION: 3,
    _S.SPECIFICATION_SELECTION: 4, _S.REFUSAL_REVIEW: 4, _S.EXECUTION: 5, _S.SUBDIVISION_REPORT: 6,
    _S.DIVISION_REPORT: 7, _S.REPLY: 8, _S.RECEIPT: 9,
}  # fmt: skip


def transitions(version: str, step: str) -> tuple[Transition, ...]:
    """The moves that `version` of the rule book allows at `step`, in the table's order."""
    return tuple(row for row in TRANSITIONS if row.version == version and row.step == step)


def desk_of(version: str, step: str) -> Role | None:
    """Whose desk a request stands on: the role that can move it on (a withdrawal does not count)."""
    rows = [row for row in transitions(version, step) if row.action is not Action.WITHDRAW]
    return rows[0].role if rows else None


def tellers(version: str, step: str) -> frozenset[Role]:
    """Whose desk a request comes to at `step` besides the one it stands on, for a letter while it is postponed."""
    return frozenset(row.role for row in transitions(version, step) if row.guard is Guard.UNTOLD)


def allowance(version: str, step: str) -> Allowance | None:
    """The office time of a step, or None where the SOP sets none (draft, returned, ended)."""
    return ALLOWANCES.get((version, Step(step)))
