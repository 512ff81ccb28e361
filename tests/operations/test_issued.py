"""Papers as files: sealed once, the same bytes ever after, true to what was signed whatever changes later."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from portal.config import ConfigurationError, Settings
from portal.documents import signing
from portal.errors import TransitionRefused
from portal.operations import audit, issued, papers, seals, undoing, verification
from portal.store.models import AuditEntry, Finding, IssuedPaper, Letter, User
from portal.store.queries import issued as rows
from tests.documents import reading
from tests.operations.test_papers import granted
from tests.support import desks

KINDS = ("fm001", "nota_dinas", "disposition", "report", "reply", "receipt")


@pytest.fixture
def file(cast, settings):
    return desks.file(settings, cast)


def pdf(file: desks.File, kind: str, settings: Settings | None = None) -> bytes:
    return papers.pdf(file.row, kind, settings or file.settings)


def newest(file: desks.File, kind: str) -> IssuedPaper:
    row = rows.of_request(file.request_id, kind)
    assert row is not None
    return row


def test_it_gives_every_paper_of_a_request_as_one_sealed_file_for_ever(file):
    granted(file)
    first = {kind: pdf(file, kind) for kind in KINDS}
    User.update(name="Nama Lain", post="Jabatan Lain").execute()
    later = file.settings.model_copy(
        update={"center": "PUSAT LAIN", "letter_pattern": "{seq}-{class}-{year}"}
    )
    for kind, data in first.items():
        assert pdf(file, kind, later) == data, kind
        row = newest(file, kind)
        assert row.sha256 == hashlib.sha256(data).hexdigest()
        verdict = seals.judged(data, row.seal, row.sealed_at, file.settings)
        assert (verdict.intact, verdict.trusted, verdict.entire) == (True, True, True), kind
        entry = AuditEntry.get(AuditEntry.tag == "paper:sealed", AuditEntry.subject_id == row.id)
        assert (entry.data["sha256"], entry.data["kind"]) == (row.sha256, kind)
    assert audit.verify().ok


def test_it_notices_one_changed_byte_and_one_added(file):
    file.act("bambang", "forward")
    data, row = pdf(file, "nota_dinas"), newest(file, "nota_dinas")
    middle = data.index(b"stream") + 20
    changed = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]
    for other in (changed, data + b"\n%tambahan\n"):
        assert not seals.judged(other, row.seal, row.sealed_at, file.settings).holds
    assert not seals.judged(changed, row.seal, row.sealed_at, file.settings).intact
    assert not signing.verdict(data, signing.make_seal("Kantor Lain", at=datetime.now(UTC))).trusted


def test_it_hands_out_no_file_that_was_exchanged_or_lost(file):
    file.act("bambang", "forward")
    pdf(file, "nota_dinas")
    path = issued.path_of(newest(file, "nota_dinas").sha256, file.settings)
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(TransitionRefused, match=r"paper.damaged"):
        pdf(file, "nota_dinas")
    path.unlink()
    with pytest.raises(TransitionRefused, match=r"paper.damaged"):
        pdf(file, "nota_dinas")


def test_it_freezes_what_was_signed_before_anybody_opens_it(file):
    file.act("bambang", "forward", note="Mohon dibantu.")
    User.update(name="Nama Lain").where(User.username == "bambang").execute()
    Letter.update(content={}).execute()
    assert "Dr. Bambang Prasetyo" in reading.text(pdf(file, "nota_dinas"))


def test_it_keeps_what_was_signed_when_a_paper_grows(file):
    file.walk("specification_selection")
    early = pdf(file, "disposition")
    User.update(name="Nama Lain").where(User.username == "hendro").execute()
    file.act("joko", "approve", note="Di luar jam sibuk.", scope=file.scope())
    late = pdf(file, "disposition")
    assert early != late
    assert "Ir. Hendro Santoso" in reading.text(late)
    assert "Di luar jam sibuk." in reading.text(late)
    editions = IssuedPaper.select().where(IssuedPaper.kind == "disposition").order_by(IssuedPaper.edition)
    assert [row.edition for row in editions] == [1, 2, 3]
    assert len({row.code for row in IssuedPaper.select()}) == IssuedPaper.select().count()
    assert issued.document(editions[1], file.settings) == early, "the sheet that somebody holds is kept too"


def test_it_leads_from_the_paper_to_its_own_address(file):
    granted(file)
    for kind in KINDS:
        data, row = pdf(file, kind), newest(file, kind)
        assert set(reading.codes(data)) == {f"{file.settings.base_url}/verifikasi/{row.code}"}, kind
        assert f"/verifikasi/{row.code}" in reading.layout(data).replace("\n", ""), kind
        assert len(row.code) >= 22, "128 bits"


def test_it_says_what_its_seal_is_and_what_it_is_not(file):
    file.act("bambang", "forward")
    text = reading.text(pdf(file, "nota_dinas"))
    assert "bukan tanda tangan elektronik tersertifikasi" in text
    assert "BSrE" not in text


def test_it_prints_an_archive_file_with_the_data_inside(file):
    file.act("bambang", "forward")
    with pikepdf.open(io.BytesIO(pdf(file, "nota_dinas"))) as document:
        meta = document.open_metadata()
        assert (meta.pdfa_status, document.Root.AF[0].AFRelationship) == ("3B", "/Data")
        told = json.loads(document.attachments["data.json"].get_file().read_bytes())
        assert told["number"] == file.letters["nota_dinas"]
        fonts = [font for page in document.pages for font in page.Resources.Font.values()]
        assert fonts
        assert all("/FontFile2" in each.DescendantFonts[0].FontDescriptor for each in fonts)


def test_it_seals_what_nobody_opened(file):
    file.walk("center_disposition")
    done = issued.seal_waiting(file.settings)
    assert done
    assert IssuedPaper.select().where(IssuedPaper.sha256.is_null()).count() == 0
    assert issued.seal_waiting(file.settings) == []


def test_it_prints_papers_from_before_they_were_kept(file):
    file.act("bambang", "forward")
    IssuedPaper.delete().execute()
    old = pdf(file, "nota_dinas")
    assert "verifikasi" not in reading.text(old)
    assert old == pdf(file, "nota_dinas")


def office_file(tmp_path, issuer: str = "CA Kantor", days: int = 700, password: bytes = b"sandi berkas"):
    """A PKCS#12 file as an authority hands it over: a key, its certificate, the authority's own."""
    at, pairs = datetime.now(UTC), []
    root_key, own_key = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    root_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)])
    own_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Segel PPIKSN")])
    for subject, key, ca in ((root_name, root_key, True), (own_name, own_key, False)):
        usage = x509.KeyUsage(not ca, False, False, False, False, ca, ca, False, False)
        made = (
            x509.CertificateBuilder().subject_name(subject).issuer_name(root_name).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(at - timedelta(days=900))
            .not_valid_after(at + timedelta(days=days)).add_extension(usage, critical=True)
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .sign(root_key, hashes.SHA256())
        )  # fmt: skip
        pairs.append(made)
    data = serialization.pkcs12.serialize_key_and_certificates(
        b"segel", own_key, pairs[1], [pairs[0]], serialization.BestAvailableEncryption(password)
    )
    path = tmp_path / "kantor.p12"
    path.write_bytes(data)
    return path


def test_it_seals_with_the_certificate_that_the_office_was_given(file, tmp_path):
    given = {"seal_pkcs12": office_file(tmp_path), "seal_passphrase": "sandi berkas"}
    settings = Settings(**(file.settings.model_dump() | given))
    seals.check(settings)
    file.settings = settings
    file.act("bambang", "forward")
    data, row = pdf(file, "nota_dinas"), newest(file, "nota_dinas")
    verdict = seals.judged(data, row.seal, row.sealed_at, settings)
    assert (verdict.holds, verdict.signer) == (True, "Segel PPIKSN")
    text = reading.text(data)
    assert "sertifikat instansi" in text
    assert "BSrE" not in text


def test_a_paper_waits_for_another_seal_when_its_certificate_has_ended(file, tmp_path):
    def sealed_with(name, **made):
        (tmp_path / name).mkdir()
        given = {"seal_pkcs12": office_file(tmp_path / name, **made), "seal_passphrase": "sandi berkas"}
        return Settings(**(file.settings.model_dump() | given))

    file.settings = sealed_with("ended", days=-1)
    seals.check(file.settings)  # the portal starts all the same
    file.act("bambang", "forward")
    with pytest.raises(TransitionRefused, match=r"paper.seal_expired"):
        pdf(file, "nota_dinas")
    row = newest(file, "nota_dinas")
    assert (row.sha256, issued.seal_waiting(file.settings)) == (None, [])
    assert issued.seal_waiting(file.settings) == []
    assert [(each.kind, each.code, each.severity) for each in Finding.select()] == [
        ("seal", "seal.ended", "bad")
    ]
    shown = verification.by_code(row.code, at=file.at, settings=file.settings)
    assert (shown.state, shown.sealed_at) == ("genuine", None)
    file.settings = sealed_with("soon", days=20)
    assert row.id in issued.seal_waiting(file.settings)
    assert Finding.select().order_by(Finding.id.desc()).get().code == "seal.ends_soon"
    row = newest(file, "nota_dinas")
    assert seals.judged(pdf(file, "nota_dinas"), row.seal, row.sealed_at, file.settings).holds
    file.settings = sealed_with("good", days=60)
    issued.seal_waiting(file.settings)
    assert Finding.select().count() == 2


@pytest.mark.parametrize(
    ("made", "changes", "said"),
    [
        ({}, {"seal_passphrase": "sandi lain"}, "SEAL_PKCS12"),
        ({}, {"seal_is_bsre": True}, "not BSrE"),
    ],
)
def test_it_does_not_start_with_a_seal_that_it_may_not_use(settings, tmp_path, made, changes, said):
    given = {"seal_pkcs12": office_file(tmp_path, **made), "seal_passphrase": "sandi berkas"} | changes
    with pytest.raises(ConfigurationError, match=said):
        seals.check(Settings(**(settings.model_dump() | given)))


def test_it_prints_the_states_sentence_for_its_authority_alone(file, tmp_path):
    p12 = office_file(tmp_path, issuer="Balai Besar Sertifikasi Elektronik")
    given = {"seal_pkcs12": p12, "seal_passphrase": "sandi berkas", "seal_is_bsre": True}
    file.settings = Settings(**(file.settings.model_dump() | given))
    seals.check(file.settings)
    file.act("bambang", "forward")
    assert "Balai Besar Sertifikasi Elektronik (BSrE)" in reading.text(pdf(file, "nota_dinas"))


def test_it_takes_back_the_sheets_of_a_decision_that_was_undone(file):
    file.walk("policy_selection")
    before = pdf(file, "disposition")
    file.act("ratna", "approve", note="Keliru.")
    taken = newest(file, "disposition")
    undoing.undo(file.request_id, file.row.revision, user=file.cast["ratna"], at=file.at)
    assert pdf(file, "disposition") == before
    shown = verification.by_code(taken.code, at=file.at, settings=file.settings)
    assert shown is not None
    assert shown.state == "withdrawn"
    file.act("ratna", "approve", note="Sesuai kebijakan.")
    text = reading.text(pdf(file, "disposition"))
    assert "Sesuai kebijakan." in text
    assert "Keliru." not in text
