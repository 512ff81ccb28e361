#!/usr/bin/env python3
"""Memeriksa berkas permohonan dari Lumbung tanpa portal dan tanpa jaringan; cukup python3.

    python3 -I periksa.py                     folder tempat berkas ini berada
    python3 -I periksa.py FOLDER atau ZIP     folder lain, atau berkas zip yang belum dibuka
    python3 -I periksa.py --segel SIDIK       ... dan segelnya benar milik portal itu (sidik dari portal atau sertifikat)
    python3 -I periksa.py --jejak JSONL       ... dan kejadiannya memang ada di rantai jejak audit portal, yang diunduh
                                              auditor dari halaman Jejak audit tanpa saringan

Setiap pemeriksaan satu baris: UTUH, RUSAK, HILANG, ASING, atau CATATAN. Keluar dengan 0 bila semuanya utuh, 1 bila ada
yang tidak, 2 bila dipanggil keliru.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import stat
import sys
import zipfile

MANIFEST, SIGNATURE, SEAL = "MANIFEST.json", "MANIFEST.sig", "segel.pem"
ENTRIES, DATA = "jejak/kejadian.jsonl", "data/permohonan.json"
PAPERS = {
    "fm001": "fm001",
    "nota-dinas": "nota_dinas",
    "disposisi": "disposition",
    "laporan": "report",
    "balasan": "reply",
    "tanda-terima": "receipt",
}
CHUNK = 1024 * 1024
GENESIS = "0" * 64
RSA = bytes.fromhex("06092a864886f70d010101")
SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


class Report:
    """Mencetak setiap pemeriksaan dan mengingat apakah semuanya utuh."""

    def __init__(self):
        self.faults = 0

    def good(self, what):
        print("UTUH     " + what)

    def bad(self, word, what):
        self.faults += 1
        print(f"{word:<8} {what}")

    def check(self, holds, what, otherwise):
        if holds:
            self.good(what)
        else:
            self.bad("RUSAK", otherwise)
        return holds


class Folder:
    """Isi sebuah folder, menurut nama dengan garis miring."""

    def __init__(self, top):
        self.top = top

    def names(self):
        for where, folders, files in os.walk(self.top):
            for name in sorted(
                files + [folder for folder in folders if os.path.islink(os.path.join(where, folder))]
            ):
                yield os.path.relpath(os.path.join(where, name), self.top).replace(os.sep, "/")

    def open(self, name):
        path = os.path.join(self.top, *name.split("/"))
        if not stat.S_ISREG(os.lstat(path).st_mode):
            raise OSError("bukan berkas biasa")
        return open(path, "rb")


class Zip:
    """Isi sebuah zip, tanpa folder teratasnya."""

    def __init__(self, path):
        self.zip = zipfile.ZipFile(path)
        found = [name for name in self.zip.namelist() if not name.endswith("/")]
        tops = {name.split("/", 1)[0] for name in found if "/" in name}
        self.top = tops.pop() + "/" if len(tops) == 1 and all("/" in name for name in found) else ""

    def names(self):
        for name in self.zip.namelist():
            if not name.endswith("/"):
                yield name[len(self.top) :]

    def open(self, name):
        return self.zip.open(self.top + name)


def main(arguments):
    options = parse(arguments)
    report = Report()
    here = os.path.dirname(os.path.abspath(__file__))
    place = options.tempat or here
    try:
        files = Folder(place) if os.path.isdir(place) else Zip(place)
    except (OSError, zipfile.BadZipFile) as error:
        report.bad("RUSAK", f"{place}: tidak dapat dibaca ({error})")
        return finish(report)
    try:
        manifest = read_manifest(report, files, options.segel)
        if manifest is not None:
            check_files(report, files, manifest)
            entries = check_entries(report, files, manifest, options.jejak)
            check_links(report, files, manifest, entries)
            check_evidence(report, files, manifest, entries)
    except Exception as error:  # apa pun yang tidak terbaca adalah berkas yang tidak utuh
        report.bad("RUSAK", f"pemeriksaan terhenti: {type(error).__name__}: {error}")
    return finish(report)


def parse(arguments):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "tempat", nargs="?", help="folder atau zip; tanpa ini folder tempat periksa.py berada"
    )
    parser.add_argument("--segel", help="sidik SHA-256 segel portal")
    parser.add_argument("--jejak", help="jejak audit lengkap dari portal, JSONL")
    return parser.parse_args(arguments)


def finish(report):
    if report.faults:
        print(
            f"\nTIDAK UTUH: {report.faults} hal di atas tidak cocok. Jangan pakai berkas ini sebagai bukti."
        )
        return 1
    print("\nSEMUA UTUH.")
    return 0


def read_manifest(report, files, fingerprint):
    """Daftar isi, setelah segelnya diperiksa; None bila tidak dapat dibaca."""
    found = {}
    for name in (MANIFEST, SIGNATURE, SEAL):
        try:
            with files.open(name) as file:
                found[name] = file.read()
        except (OSError, KeyError, zipfile.BadZipFile) as error:
            report.bad("HILANG", f"{name} ({error})")
            return None
    try:
        certificate = pem(found[SEAL])
        holds = signed(found[MANIFEST], found[SIGNATURE], certificate)
    except (ValueError, IndexError) as error:
        report.bad("RUSAK", f"{SEAL}: sertifikat segel tidak terbaca ({error})")
        return None
    digest = hashlib.sha256(certificate).hexdigest()
    report.check(
        holds,
        f"segel portal pada {MANIFEST}",
        f"{MANIFEST}: tidak cocok dengan segelnya ({SIGNATURE}), salah satunya diubah",
    )
    if fingerprint:
        wanted = fingerprint.lower().replace(":", "")
        report.check(
            digest == wanted, "segel itu milik portal yang dimaksud", f"{SEAL}: segel lain, sidiknya {digest}"
        )
    else:
        print(f"CATATAN  sidik segel {digest}")
        print(
            "         cocokkan dengan sidik segel di portal atau di sertifikat uji pemulihan, atau pakai --segel"
        )
    try:
        manifest = json.loads(found[MANIFEST].decode("utf-8"))
        complete(manifest)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        report.bad("RUSAK", f"{MANIFEST}: tidak terbaca ({error})")
        return None
    print(
        f"CATATAN  permohonan {manifest['request']}, dibuat {manifest['made_at']} untuk {manifest['made_for']}"
    )
    return manifest


def complete(manifest):
    """Gagal bila daftar isi tidak berbentuk seperti yang dibuat portal."""
    for told in manifest["files"].values():
        if (type(told["size"]), type(told["sha256"])) != (int, str):
            raise ValueError("daftar berkas")
    chain = manifest["chain"]
    if (type(chain["sequence"]), type(chain["head"])) != (int, str):
        raise ValueError("rantai")
    for name in ("request", "made_at", "made_for"):
        if not isinstance(manifest[name], str):
            raise ValueError(name)


def check_files(report, files, manifest):
    """Setiap berkas di daftar ada dan sama; tidak ada yang lain."""
    listed, seen, same = manifest["files"], set(), 0
    for name in files.names():
        if name in (MANIFEST, SIGNATURE):
            continue
        if name in seen:
            report.bad("ASING", f"{name}: ada dua kali")
        elif name not in listed:
            report.bad("ASING", f"{name}: tidak ada di daftar isi")
        seen.add(name)
    for name, told in listed.items():
        if name not in seen:
            report.bad("HILANG", name)
            continue
        try:
            size, digest = measured(files, name)
        except (OSError, KeyError, zipfile.BadZipFile, EOFError) as error:
            report.bad("RUSAK", f"{name}: tidak dapat dibaca ({error})")
            continue
        if (size, digest) == (told["size"], told["sha256"]):
            same += 1
        else:
            report.bad("RUSAK", f"{name}: isinya berubah")
    report.check(
        same == len(listed),
        f"{same} berkas sama dengan daftar isi",
        f"{len(listed) - same} berkas tidak sama",
    )


def check_entries(report, files, manifest, whole):
    """Setiap kejadian cocok dengan sidiknya, urut, dan menyambung bila bersebelahan; kejadian menurut nomornya."""
    entries, previous, faults = {}, None, report.faults
    for number, line in enumerate(lines(report, files, ENTRIES), 1):
        try:
            entry = json.loads(line)
            sequence, digest, text = entry["sequence"], entry["hash"], entry.get("text")
            said = json.loads(text) if text is not None else None
            if (
                type(sequence) is not int
                or type(digest) is not str
                or entry.keys() - {"sequence", "hash", "text"}
            ):
                raise ValueError
            if said is not None and (
                type(said["data"]) is not dict or not {"previous", "subject_type"} <= said.keys()
            ):
                raise ValueError
        except (ValueError, KeyError, TypeError, AttributeError):
            report.bad("RUSAK", f"{ENTRIES}: baris {number} tidak terbaca")
            continue
        what = f"kejadian nomor {sequence} ({ENTRIES} baris {number})"
        if said is not None and hashlib.sha256(text.encode("utf-8")).hexdigest() != digest:
            report.bad("RUSAK", f"{what}: isinya tidak cocok dengan sidiknya")
        if said is not None and said.get("sequence") != sequence:
            report.bad("RUSAK", f"{what}: isinya milik kejadian nomor {said.get('sequence')}")
        if previous is not None and sequence <= previous[0]:
            report.bad("RUSAK", f"{what}: tertukar, seharusnya sesudah nomor {previous[0]}")
        elif (
            previous is not None
            and said is not None
            and sequence == previous[0] + 1
            and said["previous"] != previous[1]
        ):
            report.bad("RUSAK", f"{what}: tidak menyambung dengan kejadian sebelumnya")
        previous = (sequence, digest)
        entries[sequence] = (digest, said)
    chain = manifest["chain"]
    if previous is not None and previous[0] > chain["sequence"]:
        report.bad("RUSAK", f"kejadian nomor {previous[0]}: lebih baru dari rantai yang disegel")
    if chain.get("broken_at"):
        report.bad(
            "RUSAK",
            f"rantai jejak di portal putus pada kejadian nomor {chain['broken_at']} ketika berkas ini dibuat",
        )
    if report.faults == faults:
        shown = sum(1 for _, said in entries.values() if said is not None)
        report.good(f"{shown} kejadian cocok dengan sidiknya, {len(entries) - shown} lain ditahan isinya")
    if whole:
        check_whole(report, whole, entries, manifest)
    else:
        print(
            f"CATATAN  bahwa kejadian itu anggota rantai (sampai nomor {chain['sequence']}) dijamin segel portal;"
        )
        print("         dengan --jejak hal itu dapat dibuktikan tanpa mempercayai portal")
    return entries


def subjects(path, number):
    """Permohonan bernomor itu dan pekerjaannya menurut jejak lengkap: (jenis, nomor dalam jejak)."""
    found = set()
    with open(path, encoding="utf-8") as file:
        for line in file:
            said = json.loads(json.loads(line)["text"])
            kind, data = said["subject_type"], said["data"]
            if (kind == "request" and data.get("number") == number) or (
                said["tag"] == "run:started" and data.get("request") == number
            ):
                found.add((kind, said["subject_id"]))
    return found


def belongs(said, own):
    """Apakah sebuah kejadian menyangkut permohonan itu, pekerjaannya, atau suratnya."""
    if said["subject_type"] in ("paper", "letter"):
        return ("request", said["data"].get("request")) in own
    return (said["subject_type"], said["subject_id"]) in own


def check_whole(report, path, entries, manifest):
    """Rantai lengkap dari portal, dari kejadian pertama: kejadian di sini ada di dalamnya, dan yang di dalamnya
    menyangkut permohonan ini ada di sini."""
    chain, own = manifest["chain"], subjects(path, manifest["request"])
    last, previous, left, head, faults = 0, GENESIS, dict(entries), None, report.faults
    with open(path, encoding="utf-8") as file:
        for line in file:
            entry = json.loads(line)
            said = json.loads(entry["text"])
            sequence, digest = said["sequence"], entry["hash"]
            if hashlib.sha256(entry["text"].encode("utf-8")).hexdigest() != digest:
                report.bad("RUSAK", f"jejak lengkap: kejadian nomor {sequence} tidak cocok dengan sidiknya")
            if sequence != last + 1 or said["previous"] != previous:
                report.bad(
                    "RUSAK", f"jejak lengkap: putus pada kejadian nomor {last + 1}; unduh tanpa saringan"
                )
                break
            if sequence == chain["sequence"]:
                head = digest
            if sequence in left and left.pop(sequence)[0] != digest:
                report.bad("RUSAK", f"kejadian nomor {sequence}: lain dari yang ada di jejak lengkap")
            if sequence <= chain["sequence"] and sequence not in entries and belongs(said, own):
                report.bad(
                    "HILANG", f"kejadian nomor {sequence}: ada di jejak lengkap, tetapi tidak ada di sini"
                )
            last, previous = sequence, digest
    for sequence in sorted(left):
        report.bad("HILANG", f"kejadian nomor {sequence}: tidak ada di jejak lengkap")
    if head != chain["head"]:
        report.bad("RUSAK", f"sidik kejadian nomor {chain['sequence']} lain dari yang disegel")
    if report.faults == faults:
        report.good("semua kejadian ini anggota rantai jejak lengkap, sampai sidik yang disegel")
        report.good("tidak ada kejadian permohonan ini di jejak lengkap yang tertinggal")


def check_links(report, files, manifest, entries):
    """Surat, pindaian, lampiran, dan sertifikat yang dicatat jejak adalah yang ada di sini."""
    shown = [said for _, said in entries.values() if said is not None]
    known = {said["data"].get("sha256") for said in shown}
    sealed = {said["data"].get("kind") for said in shown if said.get("tag") == "paper:sealed"}
    hidden = len(shown) < len(entries)
    for name, told in manifest["files"].items():
        paper = re.fullmatch(r"surat/([a-z0-9-]+)\.pdf", name)
        if (
            not paper
            and not name.startswith(("lampiran/", "surat/pindaian/"))
            and not name.endswith("/sertifikat.pdf")
        ):
            continue
        if told["sha256"] in known:
            report.good(f"{name} tercatat di jejak")
        elif paper and PAPERS.get(paper[1]) not in sealed:
            print(f"CATATAN  {name}: dibuat sebelum surat disegel satu per satu; dijamin segel berkas ini")
        elif hidden and not paper:
            print(f"CATATAN  {name}: catatannya ditahan untuk penerima ini")
        else:
            report.bad("RUSAK", f"{name}: jejak tidak mencatatnya")


def check_evidence(report, files, manifest, entries):
    """Bukti setiap pekerjaan sama dengan sidiknya di jejak, dan catatan serta daftar isi salinannya dengan bukti itu.

    Tidak ada program di dalam berkas yang dijalankan: yang diperiksa tidak dipercaya."""
    digests = {
        said["subject_id"]: said["data"]["evidence_sha256"]
        for _, said in entries.values()
        if said is not None and said["subject_type"] == "run" and said["data"].get("evidence_sha256")
    }
    for name in manifest["files"]:
        found = re.fullmatch(r"pekerjaan/(\d+)/evidence\.json", name)
        if found is None:
            continue
        run = int(found[1])
        try:
            with files.open(name) as file:
                record = json.load(file)
        except (OSError, KeyError, ValueError) as error:
            report.bad("RUSAK", f"{name}: tidak terbaca ({error})")
            continue
        text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
        holds = digest == digests.get(run)
        report.check(holds, f"bukti pekerjaan {run} tercatat di jejak", f"{name}: jejak mencatat bukti lain")
        if holds:
            check_left(report, files, manifest, run, record)


def check_left(report, files, manifest, run, record):
    """Catatan pekerjaan dan daftar isi salinannya, bila ada di sini, adalah yang disebut buktinya."""
    place = f"pekerjaan/{run}/"
    for name, wrong in (("catatan.log", wrong_log), ("manifest.jsonl", wrong_list)):
        if place + name not in manifest["files"]:
            continue
        try:
            problem = wrong(files, place, record)
        except (
            OSError,
            KeyError,
            ValueError,
            TypeError,
            AttributeError,
            zipfile.BadZipFile,
            EOFError,
        ) as error:
            problem = f"tidak terbaca ({type(error).__name__}: {error})"
        what = "isi salinan" if name == "manifest.jsonl" else "catatan"
        report.check(
            not problem, f"{what} pekerjaan {run} cocok dengan buktinya", f"{place}{name}: {problem}"
        )


def wrong_log(files, place, record):
    """Mengapa catatannya bukan yang disebut bukti, atau kosong."""
    same = measured(files, place + "catatan.log")[1] == record["log_sha256"]
    return "" if same else "lain dari yang disebut buktinya"


def wrong_list(files, place, record):
    """Mengapa daftar isi salinan dan SHA256SUMS bukan yang disebut bukti, atau kosong."""
    told, counts, sums = (
        record["snapshot"],
        {"files": 0, "folders": 0, "others": 0, "total_bytes": 0},
        hashlib.sha256(),
    )
    digest = hashlib.sha256()
    with files.open(place + "manifest.jsonl") as file:
        for line in file:
            digest.update(line)
            entry = json.loads(line)
            counts[{"file": "files", "folder": "folders"}.get(entry["kind"], "others")] += 1
            if entry["kind"] == "file":
                counts["total_bytes"] += entry["size"]
                sums.update(sum_line(entry))
    if digest.hexdigest() != told["manifest_sha256"]:
        return "lain dari yang disebut buktinya"
    if any(told[name] != count for name, count in counts.items()):
        return f"jumlahnya lain dari yang disebut buktinya ({counts})"
    if measured(files, place + "SHA256SUMS")[1] != sums.hexdigest():
        return f"tidak cocok dengan {place}SHA256SUMS"
    return ""


def sum_line(entry):
    """Baris SHA256SUMS sebuah berkas, seperti yang ditulis sha256sum."""
    path = entry["path"].encode("utf-8") if "path" in entry else base64.b64decode(entry["path_base64"])
    escaped = path.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\r", b"\\r")
    return (b"\\" if escaped != path else b"") + entry["sha256"].encode("ascii") + b"  ./" + escaped + b"\n"


def lines(report, files, name):
    try:
        with files.open(name) as file:
            for line in file:
                yield line.decode("utf-8", "replace")
    except (OSError, KeyError, zipfile.BadZipFile, EOFError) as error:
        report.bad("RUSAK", f"{name}: tidak dapat dibaca ({error})")


def measured(files, name):
    digest, size = hashlib.sha256(), 0
    with files.open(name) as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
    return size, digest.hexdigest()


def pem(text):
    """Sertifikat pertama dalam sebuah PEM, sebagai DER."""
    body = text.decode("ascii").split("-----BEGIN CERTIFICATE-----")[1].split("-----END CERTIFICATE-----")[0]
    return base64.b64decode("".join(body.split()), validate=True)


def signed(data, signature, certificate):
    """Apakah `signature` (RSA, PKCS #1 v1.5, SHA-256) atas `data` dibuat dengan kunci sertifikat itu."""
    modulus, exponent = public_key(certificate)
    size = (modulus.bit_length() + 7) // 8
    if len(signature) != size:
        return False
    opened = pow(int.from_bytes(signature, "big"), exponent, modulus).to_bytes(size, "big")
    told = SHA256_INFO + hashlib.sha256(data).digest()
    return opened == b"\x00\x01" + b"\xff" * (size - len(told) - 3) + b"\x00" + told


def public_key(certificate):
    """Modulus dan eksponen kunci RSA dalam sebuah sertifikat DER."""
    fields = children(children(certificate)[0][1])[0][1]
    parts = children(fields)
    # Versi, nomor seri, algoritma, penerbit, masa berlaku, pemilik, kunci.
    key = children(parts[6 if parts[0][0] == 0xA0 else 5][1])
    if not key[0][1].startswith(RSA):
        raise ValueError("bukan kunci RSA")
    modulus, exponent = children(children(key[1][1][1:])[0][1])[:2]
    return int.from_bytes(modulus[1], "big"), int.from_bytes(exponent[1], "big")


def children(data):
    """Unsur-unsur DER yang berurutan dalam `data`: (tanda, isi)."""
    found, at = [], 0
    while at < len(data):
        tag, size, at = data[at], data[at + 1], at + 2
        if size & 0x80:
            more = size & 0x7F
            size, at = int.from_bytes(data[at : at + more], "big"), at + more
        if at + size > len(data):
            raise ValueError("terpotong")
        found.append((tag, data[at : at + size]))
        at += size
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
