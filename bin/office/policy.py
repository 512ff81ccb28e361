"""The practice office's first policy: what a small office with one vault would allow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from portal.operations import policies
from portal.store.models import User
from schemas.policy import PolicyTerms, Publication

TERMS = PolicyTerms(
    services=("backup_files", "backup_database", "mirror_files", "mirror_database"),
    frequencies=("once", "daily", "weekly", "monthly"),
    retention_classes=(
        {"name": "Sementara", "least_days": 7, "most_days": 29},
        {"name": "Standar", "least_days": 30, "most_days": 180},
        {"name": "Arsip", "least_days": 181, "most_days": 1825},
    ),
    largest_gib=500,
    most_folders=10,
    windows=({"start": "18:00", "end": "06:00"},),
    speed_mib=40,
    most_term_months=24,
)
NOTE = "Versi pertama: sesuai ruang gudang dan jam sepi jaringan kantor."


def publish(cast: Mapping[str, User], at: datetime) -> None:
    """The Kasubbid publishes it, the Kabid reads it."""
    version = policies.publish(TERMS, Publication(note=NOTE), cast["kasubbid"], seen=0, at=at)
    policies.acknowledge(version.number, cast["kabid"], at=at)
