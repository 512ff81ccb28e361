from __future__ import annotations

import fnmatch
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.restore import Place
from workers.engines import manifest, restic, rsync
from workers.steps.download import NAME_MAX, download_name


@pytest.mark.parametrize(
    ("path", "archive", "name"),
    [
        ("/srv/www/laporan.xlsx", "", "laporan.xlsx"),
        ("/srv/www/html", "zip", "html.zip"),
        ("/srv/a\nb\u202e.txt", "", "a b .txt"),
        ('/srv/"; rm *', "", "_; rm _"),
        ("/srv/..", "", "berkas"),
        ("/", "tar", "berkas.tar"),
    ],
)
def test_it_names_a_download_so_that_every_machine_takes_it(path, archive, name):
    assert download_name(path, archive) == name


@given(st.text(min_size=1, max_size=300))
def test_it_finds_a_name_for_whatever_a_file_is_called(text):
    name = download_name(f"/srv/{text}", "zip")
    assert name.endswith(".zip")
    assert len(name) <= NAME_MAX + 4
    assert not set(name) & set('/\\\n\r"')
    assert all(unicodedata.category(letter)[0] != "C" for letter in name)


@given(st.binary(min_size=1, max_size=40).filter(lambda name: b"\0" not in name))
def test_it_keeps_a_place_as_it_is_called(path):
    place = Place.of(path, "file")
    assert Place.model_validate_json(place.model_dump_json()).raw() == path


@given(st.text(alphabet="ab*?[]\\!-{", min_size=1, max_size=12), st.text(alphabet="ab*?[]\\!-{", max_size=12))
def test_it_limits_a_restore_to_the_very_name(name, other):
    """Read back as Go's filepath.Match does: a backslash takes the next letter as it is."""
    _, pattern = restic.include_argv(f"/{name}".encode())
    literal, at = "", 0
    while at < len(pattern):
        assert pattern[at] not in "*?["
        at += pattern[at] == "\\"
        literal += pattern[at]
        at += 1
    assert literal == f"/{name}"
    assert (literal == f"/{other}") == (name == other)
    assert fnmatch.fnmatchcase(f"/{name}", "/*")


def test_it_reads_the_part_of_a_list_and_not_its_neighbours(tmp_path):
    listed = tmp_path / "m.jsonl"
    names = ("srv", "srv/a", "srv/a/x", "srv/a.b", "srv/ab", "srv/a/y")
    listed.write_text("".join(f'{{"path":"{name}"}}\n' for name in names), encoding="utf-8")
    found = [manifest.path_of(record) for record in manifest.part(listed, b"/srv/a")]
    assert found == [b"srv/a", b"srv/a/x", b"srv/a/y"]
    assert len(list(manifest.part(listed, b"/"))) == len(names)


def push(**other):
    given_ = {"ssh": ["ssh"], "address": "10.0.0.1", "source": "/r/a/", "target": "/srv/a.pemulihan-7",
              "as_root": False, "timeout_seconds": 60}  # fmt: skip
    return rsync.push_argv(**(given_ | other))


def test_it_sends_nothing_when_it_checks():
    argv = push(check=True)
    assert {"--dry-run", "--checksum", "--delete"} <= set(argv)
    assert "--dry-run" not in push()


def test_it_deletes_nothing_on_a_server():
    assert not [word for word in push(as_root=True) + push(anew=True) if word.startswith("--delete")]


def test_it_looks_at_what_it_sent_before_only_when_it_sends_anew():
    assert "--checksum" in push(anew=True)
    assert "--checksum" not in push()


def test_it_sends_to_an_ipv6_address():
    assert push(address="fd00::1")[-1] == "[fd00::1]:/srv/a.pemulihan-7/"
