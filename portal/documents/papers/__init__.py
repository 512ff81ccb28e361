"""One model per paper: exactly what it must be told, as plain values.

Each can be kept as JSON (`model_dump(mode="json")`) and read back (`model_validate`), so that a paper can be printed
again as it was.
"""

from __future__ import annotations

from portal.documents.papers.certificate import CertificatePaper
from portal.documents.papers.common import (
    DatabaseCount,
    Letterhead,
    Paper,
    Reference,
    RequestSummary,
    SealKind,
    Signatory,
)
from portal.documents.papers.disposal import DisposalPaper, DisposedCopy
from portal.documents.papers.disposition import DispositionEntry, DispositionPaper
from portal.documents.papers.evaluation import EvaluationPaper
from portal.documents.papers.fm001 import Fm001Paper
from portal.documents.papers.followup import FollowUp, FollowUpResult
from portal.documents.papers.nota_dinas import NotaDinasPaper
from portal.documents.papers.receipt import ReceiptPaper
from portal.documents.papers.reply import Delivery, PostponementPaper, ReplyPaper
from portal.documents.papers.report import Forwarding, ReportPaper, RestoreProof, RunEvidence

__all__ = [
    "CertificatePaper",
    "DatabaseCount",
    "Delivery",
    "DisposalPaper",
    "DisposedCopy",
    "DispositionEntry",
    "DispositionPaper",
    "EvaluationPaper",
    "Fm001Paper",
    "FollowUp",
    "FollowUpResult",
    "Forwarding",
    "Letterhead",
    "NotaDinasPaper",
    "Paper",
    "PostponementPaper",
    "ReceiptPaper",
    "Reference",
    "ReplyPaper",
    "ReportPaper",
    "RequestSummary",
    "RestoreProof",
    "RunEvidence",
    "SealKind",
    "Signatory",
]
