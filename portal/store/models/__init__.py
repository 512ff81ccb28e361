"""One file per aggregate; this page lists them so that everything else imports from one place."""

from portal.store.models.audit import AuditCheck, AuditEntry
from portal.store.models.calendar import CalendarDay, CalendarPeriod, DueMove
from portal.store.models.databases import DatabaseAccess
from portal.store.models.delegations import Delegation
from portal.store.models.evaluation import EvaluationMonth, EvaluationReport, EvaluationSum
from portal.store.models.findings import Finding
from portal.store.models.keeping import LegalHold, RetentionCut, RetentionRule, VaultRoom, VaultState
from portal.store.models.letters import Letter
from portal.store.models.mirrors import Mirror, MirrorPass
from portal.store.models.outbox import ChannelCheck, OutboxEvent, OutboxMessage
from portal.store.models.papers import IssuedPaper, PaperStyle, ReplyDraft
from portal.store.models.people import RoleHolding, Unit, User, UserSession
from portal.store.models.policies import Emergency, PolicyVersion
from portal.store.models.remarks import Remark
from portal.store.models.requests import Attachment, BackupRequest, Disposition
from portal.store.models.restores import Restore
from portal.store.models.runs import Run, RunStep
from portal.store.models.schedules import Schedule, ScheduledRun
from portal.store.models.second_factor import RecoveryCode, SecondFactor, SignInTicket
from portal.store.models.servers import Grant, GrantVersion, Server, Source, SshKey
from portal.store.models.snapshots import Snapshot
from portal.store.models.surveys import Survey

TABLES = (
    Unit,
    User,
    RoleHolding,
    UserSession,
    Delegation,
    SecondFactor,
    RecoveryCode,
    SignInTicket,
    CalendarDay,
    CalendarPeriod,
    SshKey,
    Server,
    Source,
    DatabaseAccess,
    BackupRequest,
    Disposition,
    Attachment,
    DueMove,
    Remark,
    Letter,
    IssuedPaper,
    PaperStyle,
    ReplyDraft,
    Grant,
    GrantVersion,
    Run,
    RunStep,
    Schedule,
    ScheduledRun,
    Snapshot,
    Restore,
    Mirror,
    MirrorPass,
    Finding,
    VaultState,
    VaultRoom,
    RetentionRule,
    LegalHold,
    RetentionCut,
    PolicyVersion,
    Emergency,
    OutboxEvent,
    OutboxMessage,
    ChannelCheck,
    Survey,
    EvaluationMonth,
    EvaluationSum,
    EvaluationReport,
    AuditEntry,
    AuditCheck,
)

__all__ = [table.__name__ for table in TABLES] + ["TABLES"]
