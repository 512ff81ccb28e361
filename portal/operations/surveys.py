"""What a requester says of the service, kept with the receipt of the reply."""

from __future__ import annotations

from datetime import datetime

from portal.store.models import BackupRequest, Survey, User
from schemas.survey import SurveyForm


def keep(
    backup_request: BackupRequest, form: SurveyForm | None, user: User, *, at: datetime
) -> Survey | None:
    """Keep the marks and the remark, inside the caller's transaction; nothing where nothing was said."""
    if form is None or form.is_empty:
        return None
    return Survey.create(
        backup_request=backup_request,
        user=user,
        ease=form.ease,
        speed=form.speed,
        result=form.result,
        remark=form.remark.strip(),
        created_at=at,
    )
