"""The pages of the rule, the preview, holds and cuts, by role."""

from __future__ import annotations

import re

import pytest

from portal.operations import findings
from portal.store.db import now, transaction
from portal.store.models import LegalHold, RetentionCut, RetentionRule, Run, Snapshot
from portal.web import messages
from tests.documents import reading
from tests.support import machines
from tests.support.keeping import aged, ruled

REASON = "Diminta auditor untuk pemeriksaan tahun ini."
ONE = {"last": "1", "daily": "", "weekly": "", "monthly": "0", "yearly": ""}


@pytest.fixture
def server(cast, settings):
    return machines.trusted(cast["agus"], cast["joko"], settings)


@pytest.fixture
def kept(cast, settings, server):
    at = now()
    request = machines.approved(cast["sari"], cast["joko"], server)
    made = [machines.backed_up(request, cast["agus"], settings, at=at) for _ in range(3)]
    return [aged(copy, 100 - number) for number, copy in enumerate(made)]


@pytest.fixture
def page(server):
    return f"/server/{server.id}/retensi"


def link(copy):
    return f'href="/pekerjaan/{copy.run_id}"'


def digest_of(answer):
    return re.search(r'name="digest" value="([0-9a-f]{64})"', answer.text)[1]


@pytest.mark.parametrize(
    ("who", "status"), [("joko", 200), ("agus", 200), ("ratna", 200), ("tono", 200), ("sari", 403)]
)
def test_it_is_for_those_who_look_after_the_copies(browser, page, who, status):
    answer = browser(who).get(page)
    assert answer.status_code == status
    if status == 200:
        assert "Belum ada aturan" in answer.text
        assert "Belum ada salinan" in answer.text
        assert "Tidak ada yang dimusnahkan" in answer.text


def test_a_rule_is_looked_at_before_it_is_saved(browser, page, kept):
    joko = browser("joko")
    looked = joko.get(page, query_string=ONE)
    assert "angka yang belum disimpan" in looked.text
    assert looked.text.index(link(kept[0])) < looked.text.index('id="tinggal"')
    assert looked.text.index(link(kept[2])) > looked.text.index('id="tinggal"')
    assert RetentionRule.select().count() == 0
    saved = joko.follow(joko.post(f"{page}/aturan", ONE))
    assert "Aturan masa simpan disimpan" in saved.text
    assert "Versi 1" in saved.text
    assert Snapshot.select().where(Snapshot.removed_at.is_null(False)).count() == 0


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"last": "0"}, "harus menyisakan"),
        ({"last": "-1"}, "Paling kecil"),
        ({"daily": "dua"}, "bilangan bulat"),
    ],
)
def test_a_rule_that_makes_no_sense_says_why(browser, page, typed, words):
    joko = browser("joko")
    assert words in joko.get(page, query_string=typed).text
    assert words in joko.follow(joko.post(f"{page}/aturan", typed)).text
    assert RetentionRule.select().count() == 0


def test_a_copy_is_held_and_let_go_with_a_reason(browser, page, cast, server, kept):
    ruled(server, cast["joko"], at=now(), last=1)
    joko = browser("joko")
    assert "Tuliskan alasannya" in joko.follow(joko.post(f"{page}/tahan/{kept[0].id}", {"reason": "ya"})).text
    held = joko.follow(joko.post(f"{page}/tahan/{kept[0].id}", {"reason": REASON}))
    assert REASON in held.text
    assert "Ditahan" in held.text
    let_go = joko.follow(joko.post(f"{page}/lepas/{kept[0].id}", {"reason": "Pemeriksaan selesai."}))
    assert "Penahanan dilepas" in let_go.text
    assert LegalHold.get().lift_reason == "Pemeriksaan selesai."
    assert browser("agus").post(f"{page}/tahan/{kept[0].id}", {"reason": REASON}).status_code == 403


def test_asked_by_one_and_approved_by_another(browser, page, cast, server, kept):
    ruled(server, cast["joko"], at=now(), last=1)
    agus, joko = browser("agus"), browser("joko")
    asked = agus.follow(agus.post(f"{page}/pemusnahan", {"digest": digest_of(agus.get(page))}))
    cut = RetentionCut.get()
    address = f"{page}/pemusnahan/{cut.id}"
    assert "Menunggu persetujuan" in asked.text
    assert "Setujui dan musnahkan" not in asked.text
    assert agus.post(f"{address}/setujui", {"digest": cut.digest}).status_code == 403
    assert "Daftar musnah" in joko.get("/").text
    assert "belum selesai" in joko.get(page).text
    shown = joko.get(address)
    assert [link(copy) in shown.text for copy in kept] == [True, True, False]
    assert joko.post(f"{address}/setujui", {"digest": "0" * 64}).status_code == 409
    approved = joko.follow(joko.post(f"{address}/setujui", {"digest": digest_of(shown)}))
    run = Run.get(Run.kind == "prune")
    assert f"pekerjaan #{run.id}" in approved.text
    assert agus.get(f"{address}/berita-acara.csv").status_code == 404
    assert agus.get(f"{address}/berita-acara.pdf").status_code == 404
    assert agus.get(f"/pekerjaan/{run.id}").status_code == 200
    finish(run)
    done = browser("tono").get(address)
    assert "Berita acara" in done.text
    record = browser("tono").get(f"{address}/berita-acara.csv").text
    assert [copy.snapshot_id in record for copy in kept] == [True, True, False]
    assert cut.digest in record
    paper = browser("tono").get(f"{address}/berita-acara.pdf")
    text = " ".join(reading.text(paper.data).split())
    for part in (
        "BERITA ACARA PEMUSNAHAN SALINAN",
        "2 (dua) salinan",
        "Agus Riyadi",
        "Joko Widagdo",
        cut.digest,
        "1 terakhir",
    ):
        assert part in text
    assert kept[0].snapshot_id in text
    code = re.search(r"/verifikasi/([\w-]+)", reading.text(paper.data))[1]
    checked = browser().get(f"/verifikasi/{code}").text
    assert "Berita Acara Pemusnahan Salinan" in checked
    assert "Asli" in checked
    assert "2 salinan dimusnahkan" in agus.get(f"/pekerjaan/{run.id}").text


def finish(run):
    ids = list(run.spec["snapshot_ids"])
    removal = {"cut_id": run.spec["cut_id"], "list_digest": run.spec["list_digest"], "removed": ids, "kept": ["a" * 64],
               "bytes_before": 9000, "bytes_after": 4000}  # fmt: skip
    evidence = {
        "removal": removal,
        "digest": "ab" * 32,
        "tools": {},
        "sources": [],
        "warnings": [],
        "dumps": [],
    }
    result = {"forgotten": ids, "kept": ["a" * 64], "bytes_before": 9000, "bytes_after": 4000}
    machines.finished(run, at=now(), result=result, evidence=evidence)


def test_it_is_refused_with_a_reason(browser, page, cast, server, kept):
    ruled(server, cast["joko"], at=now(), last=1)
    agus, joko = browser("agus"), browser("joko")
    agus.post(f"{page}/pemusnahan", {"digest": digest_of(agus.get(page))})
    address = f"{page}/pemusnahan/{RetentionCut.get().id}"
    assert "Tuliskan alasannya" in joko.follow(joko.post(f"{address}/tolak", {"note": ""})).text
    assert REASON in joko.follow(joko.post(f"{address}/tolak", {"note": REASON})).text
    assert "Ditolak" in browser("agus").get(page).text


def test_a_stale_list_is_not_asked_for(browser, page, cast, server, kept):
    ruled(server, cast["joko"], at=now(), last=1)
    answer = browser("agus").post(f"{page}/pemusnahan", {"digest": "0" * 64})
    assert (answer.status_code, RetentionCut.select().count()) == (409, 0)
    assert "bukan lagi daftar sekarang" in answer.text


def test_a_finding_freezes_it_and_points_to_the_last_proven_copy(browser, page, cast, server, kept):
    ruled(server, cast["joko"], at=now(), last=1)
    Snapshot.update(proven_at=now()).where(Snapshot.id == kept[1].id).execute()
    with transaction():
        findings.raise_once(server.id, "integrity", "restic.damaged", at=now())
    shown = browser("agus").get(page)
    assert "dibekukan" in shown.text
    assert link(kept[1]) in shown.text[: shown.text.index('id="aturan"')]
    assert "Ajukan pemusnahan" not in shown.text


def test_a_cut_of_another_server_is_not_found(browser, page, cast, settings, server, kept):
    ruled(server, cast["joko"], at=now(), last=1)
    agus = browser("agus")
    agus.post(f"{page}/pemusnahan", {"digest": digest_of(agus.get(page))})
    other = machines.trusted(cast["agus"], cast["joko"], settings, name="Lain", address="10.20.30.41")
    assert agus.get(f"/server/{other.id}/retensi/pemusnahan/{RetentionCut.get().id}").status_code == 404


def test_every_reason_to_stay_has_words():
    from portal.sop.retention import Reason  # noqa: PLC0415

    assert {reason for reason in Reason if messages.label("stays", reason.value) == reason.value} == set()


def test_the_second_vault_on_the_servers_page(browser, app, cast, settings, server, kept):
    assert "Gudang kedua belum diatur" in browser("agus").get(f"/server/{server.id}").text
    app.config["SETTINGS"] = settings.model_copy(update={"second_vault": "/mnt/kedua"})
    agus = browser("agus")
    shown = agus.get(f"/server/{server.id}").text
    assert "3 salinan" in shown
    assert "Belum pernah" in shown
    answer = agus.post(f"/server/{server.id}/penyimpanan/salin", {"key": "k" * 20})
    run = Run.get(Run.kind == "copy")
    assert answer.location == f"/pekerjaan/{run.id}"
    there = [copy.snapshot_id for copy in kept]
    machines.finished(run, at=now(), result={"there": there, "forgotten": [], "bytes": 5_000_000})
    assert "Salinan di gudang kedua" in agus.get(answer.location).text
    assert "3 salinan yang belum" not in agus.get(f"/server/{server.id}").text
    assert "Belum ada di gudang kedua" not in agus.get(f"/server/{server.id}/retensi").text
    assert "Ada di gudang kedua" in agus.get(f"/server/{server.id}/retensi").text
    assert browser("ratna").post(f"/server/{server.id}/penyimpanan/salin").status_code == 403
