"""Papers signed by a deputy: the prefix before the post, the deputy's name and NIP, and whom it was for."""

from __future__ import annotations

import pytest

from portal.operations import paper_preview, papers
from tests.documents import reading
from tests.support import desks
from tests.support.mandates import let


@pytest.fixture
def file(cast, settings):
    return desks.file(settings, cast)


def read(file, kind):
    return reading.text(papers.pdf(file.row, kind, file.settings))


def test_the_sheet_names_deputy_and_holder(file, cast):
    let(cast, "hendro", role="center_head", holder="hendro", deputy="dewi")
    let(cast, "ratna", deputy="wulan", key="surat-dua", letter_number="ND-18/PPIKSN/2026")
    file.walk("center_disposition")
    file.act("dewi", "forward", note="Segera diproses.")
    file.act("wulan", "approve")
    text = read(file, "disposition")
    for words in ("Plh. Kepala PPIKSN", "Dewi Anggraini, S.E.", "menggantikan Ir. Hendro Santoso, M.T.",
                  "Plh. Kepala Bidang PJKKD", "Wulan Kusumaningrum, S.T.",
                  "menggantikan Ratna Dewayani, M.Kom."):  # fmt: skip
        assert words in text
    # A letter goes to the post, whoever stands for it.
    assert "Kepala Bagian Tata Usaha" not in text
    assert "Pranata Komputer Ahli Pertama" not in text


def test_the_nota_dinas_and_form_of_a_unit(file, cast):
    let(cast, "bambang", role="unit_head", holder="bambang", deputy="wulan")
    draft = reading.text(
        paper_preview.preview(file.row, "nota_dinas", cast["wulan"], file.settings, at=file.at)
    )
    assert "Plh. Kepala PRTRN" in draft
    file.act("wulan", "forward")
    for kind, post in (("nota_dinas", "Plh. Kepala PRTRN"), ("fm001", "Plh. Kepala PUSAT/Biro/Insp")):
        text = read(file, kind)
        for words in (post, "Wulan Kusumaningrum, S.T.", "199211052019022003"):
            assert words in text
    file.act("hendro", "forward")
    assert "Plh. Kepala PRTRN" in read(file, "disposition")


def test_the_reply_of_a_deputy(file, cast):
    let(cast, "ratna", role="admin_affairs_head", holder="dewi", deputy="wulan")
    file.walk("policy_selection")
    file.act("ratna", "refuse", note="Tidak termasuk kebijakan.")
    file.act("wulan", "answer")
    text = read(file, "reply")
    for words in ("Plh. Kepala Bagian Tata Usaha", "Wulan Kusumaningrum, S.T.", "199211052019022003"):
        assert words in text
