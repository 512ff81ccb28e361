"""Read side of how a server's copies are kept."""

from __future__ import annotations

from portal.store.models import VaultState


def state_of(server_id: int) -> VaultState | None:
    """What is known of a server's repository, or None before its first check."""
    return VaultState.get_or_none(VaultState.server == server_id)
