"""Read side of what requesters say of the service; over a month it is told by queries.evaluation.surveys."""

from __future__ import annotations

from portal.store.models import Survey


def of_request(request_id: int) -> Survey | None:
    """What was said of one request, or None."""
    return Survey.get_or_none(Survey.backup_request == request_id)
