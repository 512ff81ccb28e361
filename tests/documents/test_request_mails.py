"""The mails about requests in words: every kind from the facts that the desks and the clock write."""

from __future__ import annotations

import pytest

from portal.documents import mail
from portal.operations.notices import NEWS

FACTS = {
    "number": "PB-2026-0007", "step": "policy_selection", "entered": "2026-11-23T02:00:00+00:00",
    "due": "2026-11-23T08:00:00+00:00", "requester": "Sari: <b>Wulandari</b>\nS.Kom.", "unit": "PRTRN",
    "at": "2026-11-23T02:00:00+00:00",
}  # fmt: skip
URL = "https://lumbung.kantor.example/permohonan/7"
LATE = {"reminder": "late", "desk": "division_head", "late_seconds": 30 * 3600 + 300, "names": ["Ratna"]}


def letter(kind: str, **more) -> mail.MailText:
    return mail.render(kind, FACTS | more, URL)


@pytest.mark.parametrize("news", sorted(set(NEWS.values())))
def test_each_piece_of_news_says_what_happened_and_where(news):
    made = letter("news", news=news, until="2026-11-30T00:30:00+00:00")
    assert "PB-2026-0007" in made.subject
    assert URL in made.text
    assert URL in made.html
    assert ("30 November 2026" in made.text) == (news in ("postponed", "postponement_told"))


def test_a_desk_hears_until_when():
    made = letter("desk")
    assert made.subject == "PB-2026-0007 menunggu keputusan Anda: Seleksi kebijakan"
    assert "Tenggat: 23 November 2026 15.00 WIB" in made.text
    assert "<b>" not in made.html
    assert "</b> S.Kom." in made.text, "what was typed is one line"


def test_a_reminder_counts_in_office_hours_and_not_in_days():
    assert (
        "segera jatuh tempo" in letter("reminder", **LATE | {"reminder": "soon", "late_seconds": 0}).subject
    )
    assert "jatuh tempo." in letter("reminder", **LATE | {"late_seconds": 0}).text
    assert "selama 30 jam 5 menit (jam kantor)" in letter("reminder", **LATE).text
    assert "selama 1 jam (jam kantor)" in letter("reminder", **LATE | {"late_seconds": 3600}).text
    receipt = letter("reminder", **LATE | {"step": "receipt", "desk": "requester"})
    assert "tekan tombol terima" in receipt.text


def test_the_superior_hears_whose_desk_it_is():
    made = letter("escalation", **LATE)
    assert made.subject == "PB-2026-0007 terlambat di meja Kabid PJKKD"
    assert "(Ratna)" in made.text


def test_whoever_heard_of_a_decision_hears_that_it_was_taken_back():
    made = letter("undone", action="approve", by="Joko Widagdo")
    assert made.subject == "Keputusan atas PB-2026-0007 dibatalkan"
    assert "“Setujui”" in made.text
    assert "dibatalkan oleh Joko Widagdo" in made.text
    assert "Sekarang di langkah: Seleksi kebijakan" in made.text


def test_the_mail_of_the_day_holds_every_kind():
    lines = [
        {"kind": "news", "news": "submitted", **FACTS}, {"kind": "desk", **FACTS},
        {"kind": "reminder", **FACTS, **LATE}, {"kind": "escalation", **FACTS, **LATE},
        {"kind": "undone", "action": "forward", **FACTS},
    ]  # fmt: skip
    made = mail.render("bundle", {"lines": lines, "more": 2, "at": FACTS["at"]}, URL)
    assert made.subject == "Ringkasan Lumbung: 7 kabar untuk Anda"
    assert made.text.count("PB-2026-0007: ") == 5
    assert "2 kabar lagi" in made.text
