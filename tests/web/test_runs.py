from __future__ import annotations

import json
from datetime import timedelta

import pytest

from portal.operations import leases, runs
from portal.store.db import now
from portal.store.models import Run
from tests.support import machines
from tests.support.machines import AT

READERS = ("agus", "joko", "ratna", "hendro", "tono")
OTHERS = ("sari", "bambang", "dewi", "sri")


@pytest.fixture
def server(cast, settings):
    return machines.trusted(cast["agus"], cast["joko"], settings)


@pytest.fixture
def request_(cast, server):
    return machines.approved(cast["sari"], cast["joko"], server)


@pytest.fixture
def run(cast, settings, request_):
    return machines.started(request_, cast["agus"], settings)


def going(run: Run, **progress) -> leases.Lease:
    lease = leases.claim(run.id, "w", at=AT, seconds=10**8)
    leases.step_began(lease, 1, "preflight", at=AT)
    leases.step_ended(lease, 1, "done", at=AT + timedelta(seconds=9))
    leases.step_began(lease, 2, "pull", at=AT)
    defaults = {"phase": "pull", "percent": 43.5, "files_done": 8120, "files_total": 20431, "bytes_done": 646_392_577,
                "bytes_total": 1_503_238_553, "bytes_per_second": 42_300_000.0, "eta_seconds": 200}  # fmt: skip
    leases.renew(lease, at=AT, progress=defaults | progress)
    return lease


def test_it_says_what_to_do_while_there_are_no_runs(browser):
    assert "Belum ada pekerjaan" in browser("agus").get("/pekerjaan").text


def test_it_lists_data_runs_and_questions_only_when_asked(browser, run):
    agus = browser("agus")
    page = agus.get("/pekerjaan").text
    assert f"#{run.id} Backup" in page
    assert "Pemeriksaan server</a>" not in page
    assert "Pemeriksaan server</a>" in agus.get("/pekerjaan?tanya=1").text
    assert "Pemeriksaan server</a>" in agus.get("/pekerjaan?jenis=probe").text


def test_it_narrows_the_list(browser, cast, settings, server, run):
    other = machines.trusted(cast["agus"], cast["joko"], settings, name="Lain")
    failed = machines.started(machines.approved(cast["wulan"], cast["joko"], other), cast["yusuf"], settings)
    machines.finished(failed, state="failed", code="ssh.refused")
    agus = browser("agus")

    def found(query: str) -> set[int]:
        page = agus.get(f"/pekerjaan?{query}").text
        return {one.id for one in (run, failed) if f'href="/pekerjaan/{one.id}"' in page}

    assert found("keadaan=failed") == found("cari=yusuf") == found(f"server={other.id}") == {failed.id}
    assert found(f"cari={failed.id}") == found(f"cari={failed.backup_request.number}") == {failed.id}
    assert found("cari=web") == found("keadaan=queued") == {run.id}
    assert found("keadaan=x&jenis=y&server=z&halaman=w") == {run.id, failed.id}
    assert found("cari=%00'%22;--") == found("cari=" + "9" * 200) == set()
    assert "Tidak ada yang cocok" in agus.get("/pekerjaan?cari=tidakada").text


def test_it_pages_a_long_list(browser, cast, settings, request_):
    first = machines.started(request_, cast["agus"], settings)
    for _ in range(26):
        last = machines.started(request_, cast["agus"], settings)
    agus = browser("agus")
    page = agus.get("/pekerjaan").text
    assert (f"#{last.id} " in page, f"#{first.id} Backup" in page) == (True, False)
    assert f"#{first.id} Backup" in agus.get("/pekerjaan?halaman=2").text


def test_it_shows_how_far_a_run_is(browser, run):
    going(run)
    page = browser("agus").get(f"/pekerjaan/{run.id}").text
    for words in (
        "43,5%",
        "8.120 dari 20.431",
        "616,4 MiB dari 1,4 GiB",
        "40,3 MiB/detik",
        "3 menit 20 detik",
    ):
        assert words in page
    assert 'value="43.5"' in page
    assert "Menyalin dari server" in page
    assert f'hx-get="/pekerjaan/{run.id}/keadaan"' in page
    assert f'<noscript><p><a class="btn btn-sm" href="/pekerjaan/{run.id}">' in page
    assert "Batalkan" in page


def test_it_bears_a_progress_that_knows_little(browser, run):
    going(run, percent=0, files_total=None, bytes_total=None, eta_seconds=None, bytes_per_second=0)
    assert browser("agus").get(f"/pekerjaan/{run.id}").status_code == 200


def test_it_asks_no_more_once_the_run_has_ended(browser, run):
    lease = going(run)
    agus = browser("agus")
    fragment = agus.get(f"/pekerjaan/{run.id}/keadaan", htmx=True).text
    assert "hx-trigger" in fragment
    assert "hx-swap-oob" not in fragment
    leases.finish(
        lease,
        state="failed",
        code="vault.no_space",
        context={"free": 3 * 1024**3, "needed": 45 * 1024**3},
        at=AT,
    )
    fragment = agus.get(f"/pekerjaan/{run.id}/keadaan", htmx=True).text
    assert "hx-trigger" not in fragment
    assert "<html" not in fragment
    assert "Ruang gudang tidak cukup: tersisa 3,0 GiB, diperlukan 45,0 GiB." in fragment
    assert "Yang aman" in fragment
    assert 'id="run-actions" class="lb-actions" hx-swap-oob="true"' in fragment
    assert "Mulai lagi" in fragment
    assert "Batalkan" not in fragment
    assert "<html" in agus.get(f"/pekerjaan/{run.id}/keadaan").text


def test_it_says_why_a_run_waits(browser, cast, settings, request_, run):
    agus = browser("agus")
    assert "Antrean (Redis) tidak terjangkau" in agus.get(f"/pekerjaan/{run.id}").text
    Run.update(enqueued_at=now(), queued_at=now()).execute()
    assert "Menunggu giliran worker" in agus.get(f"/pekerjaan/{run.id}").text
    Run.update(queued_at=AT).execute()
    assert "Kemungkinan worker tidak berjalan" in agus.get(f"/pekerjaan/{run.id}").text
    going(machines.started(request_, cast["yusuf"], settings))
    assert "pada server yang sama selesai" in agus.get(f"/pekerjaan/{run.id}").text


def test_it_names_the_files_that_were_left_out(browser, run):
    files = ["/srv/<b>tebal</b>", "/srv/dua"]
    machines.finished(run, state="incomplete", code="run.incomplete", context={"count": 1200, "files": files})
    page = browser("agus").get(f"/pekerjaan/{run.id}").text
    assert "1.200 berkas tertinggal" in page
    assert "/srv/&lt;b&gt;tebal&lt;/b&gt;" in page
    assert "2 yang pertama" in page


def test_it_says_who_cancelled(browser, cast, run):
    lease = going(run)
    runs.cancel(run.id, cast["yusuf"], at=AT)
    agus = browser("agus")
    assert "Pembatalan sudah diminta Yusuf Maulana" in agus.get(f"/pekerjaan/{run.id}").text
    leases.finish(lease, state="cancelled", code="run.cancelled", at=AT)
    assert "atas permintaan Yusuf Maulana" in agus.get(f"/pekerjaan/{run.id}").text


def proof(run: Run, **more) -> dict:
    return {
        "run_id": run.id, "kind": run.kind, "grant_digest": "9c" * 32, "spec_digest": run.spec_digest,
        "host_key_fingerprint": "SHA256:abc", "sources": ["/srv/www"], "tools": {"restic": "restic 0.18.0"},
        "warnings": ["rsync.old"], "snapshot": None, "restore": None, "digest": "cd" * 32,
        "path": "/rahasia"} | more  # fmt: skip


def test_it_shows_and_gives_out_the_evidence_of_a_backup(browser, cast, settings, request_):
    snapshot = machines.backed_up(request_, cast["agus"], settings, log_sha256="ab" * 32)
    kept = {"snapshot_id": snapshot.snapshot_id, "files": 20431, "total_bytes": 1503238553, "added_bytes": 48234496,
            "manifest_sha256": "5e" * 32}  # fmt: skip
    Run.update(evidence=proof(snapshot.run, snapshot=kept)).where(Run.id == snapshot.run_id).execute()
    agus = browser("agus")
    page = agus.get(f"/pekerjaan/{snapshot.run_id}").text
    for words in (snapshot.snapshot_id, "20.431", "5e" * 32, "9c" * 32, "cd" * 32, "ab" * 32, "SHA256:abc",
                  "restic 0.18.0", "Belum diuji pulih", "lebih tua daripada 3.5.0"):  # fmt: skip
        assert words in page
    answer = agus.get(f"/pekerjaan/{snapshot.run_id}/bukti.json")
    assert answer.mimetype == "application/json"
    assert json.loads(answer.text)["snapshot"]["files"] == 20431
    assert "/rahasia" not in answer.text


def test_it_gives_out_the_manifest(browser, cast, settings, request_):
    snapshot = machines.backed_up(request_, cast["agus"], settings)
    agus = browser("agus")
    address = f"/pekerjaan/{snapshot.run_id}/manifest.jsonl"
    assert agus.get(address).status_code == 404
    path = settings.var / "evidence" / f"run-{snapshot.run_id}" / "manifest.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text('{"path": "srv/www"}\n')
    answer = agus.get(address)
    assert (answer.status_code, answer.text) == (200, '{"path": "srv/www"}\n')


def test_it_gives_out_nothing_but_evidence(browser, cast, settings, request_, tmp_path):
    snapshot = machines.backed_up(request_, cast["agus"], settings)
    secret = settings.secrets_path / "ssh" / "1"
    agus = browser("agus")
    for path in (str(secret), str(settings.var / "evidence" / ".." / "secrets" / "ssh" / "1"), "/etc/passwd"):
        type(snapshot).update(manifest_path=path).execute()
        assert agus.get(f"/pekerjaan/{snapshot.run_id}/manifest.jsonl").status_code == 404


def test_it_shows_a_proof_and_its_differences(browser, cast, settings, request_):
    snapshot = machines.backed_up(request_, cast["agus"], settings)
    run = runs.start_restore_test(snapshot.id, cast["agus"], "p" * 20, at=AT, settings=settings)
    restored = {"snapshot_id": snapshot.snapshot_id, "entries": 22244, "files": 20431, "compared_bytes": 1503238553,
                "difference_count": 1, "differences": [["srv/<i>", "content"]], "owners_compared": True,
                "restore_seconds": 64.2, "compare_seconds": 21.9, "manifest_sha256": "5e" * 32}  # fmt: skip
    context = {"count": 1, "first": "srv/<i>"}
    machines.finished(
        run, state="failed", code="proof.differs", context=context, evidence=proof(run, restore=restored)
    )
    page = browser("agus").get(f"/pekerjaan/{run.id}").text
    assert "Hasil pemulihan tidak sama" in page
    assert "<code>srv/&lt;i&gt;</code> isinya berbeda" in page
    assert "1 menit 4 detik" in page


@pytest.mark.parametrize("who", READERS)
def test_it_is_read_by_officials(browser, run, who):
    reader = browser(who)
    for path in ("", f"/{run.id}", f"/{run.id}/keadaan"):
        assert reader.get(f"/pekerjaan{path}").status_code == 200
    assert ("Batalkan" in reader.get(f"/pekerjaan/{run.id}").text) == (who == "agus")


@pytest.mark.parametrize("who", OTHERS)
def test_it_is_closed_to_other_roles(browser, run, who):
    visitor = browser(who)
    for path in ("", f"/{run.id}", f"/{run.id}/keadaan", f"/{run.id}/log", f"/{run.id}/log.txt",
                 f"/{run.id}/bukti.json", f"/{run.id}/manifest.jsonl"):  # fmt: skip
        assert visitor.get(f"/pekerjaan{path}").status_code == 403, path
    for path in (f"/pekerjaan/{run.id}/batal", f"/pekerjaan/{run.id}/ulang", "/snapshot/1/uji",
                 f"/permohonan/{run.backup_request_id}/pekerjaan"):  # fmt: skip
        assert visitor.post(path).status_code == 403, path
    assert Run.get_by_id(run.id).state == "queued"


@pytest.mark.parametrize(
    "path", ["404", "404/keadaan", "404/log", "404/log.txt", "404/bukti.json", "404/manifest.jsonl"]
)
def test_it_knows_no_run_that_is_not_there(browser, path):
    assert browser("agus").get(f"/pekerjaan/{path}").status_code == 404
