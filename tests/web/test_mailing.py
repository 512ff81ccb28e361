from __future__ import annotations

from portal.store.models import AuditEntry, User


def test_each_chooses_for_oneself_how_mails_come(browser, cast):
    sari = browser("sari")
    assert "Satu surel setiap hari kerja" in sari.get("/akun").text
    assert sari.post("/akun/surel", data={"rhythm": "daily"}).status_code == 303
    assert [user.username for user in User.select().where(User.mail_rhythm == "daily")] == ["sari"]
    sari.post("/akun/surel", data={"rhythm": "daily"})
    assert AuditEntry.select().where(AuditEntry.tag == "user:mail_rhythm").count() == 1
    assert sari.post("/akun/surel", data={"rhythm": "hourly"}).status_code == 422
    assert User.get(User.username == "sari").mail_rhythm == "daily"
