"""An emptied source never empties the vault's copy: a disk that is not mounted looks the same."""

from __future__ import annotations

import shutil
from pathlib import Path

from portal.store.models import Snapshot
from tests.support.site import Site


def copy_of(site: Site) -> Path:
    """Where the vault keeps the granted folder in step."""
    return site.settings.vault_path / str(site.server.id) / "copy" / str(site.tree).lstrip("/")


def empty(folder: Path) -> None:
    """Take everything out of a folder."""
    for entry in folder.iterdir():
        shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()


def files_in(folder: Path) -> list[str]:
    """The names of all files below a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir())


def test_it_keeps_the_copy_of_an_emptied_source(site: Site) -> None:
    assert site.backup().state == "succeeded"
    before = files_in(copy_of(site))
    empty(site.tree)
    run = site.backup()
    assert (run.state, run.code) == ("failed", "pull.empty_source")
    assert run.context["path"] == str(site.tree)
    assert files_in(copy_of(site)) == before
    assert Snapshot.select().count() == 1


def test_it_takes_folders_without_any_file_for_empty(site: Site) -> None:
    site.backup()
    before = files_in(copy_of(site))
    empty(site.tree)
    (site.tree / "lost+found" / "dalam").mkdir(parents=True)
    assert site.backup().code == "pull.empty_source"
    assert files_in(copy_of(site)) == before


def test_it_follows_a_source_of_which_one_file_is_left(site: Site) -> None:
    site.backup()
    empty(site.tree)
    (site.tree / "-rf").write_text("satu", encoding="utf-8")
    run = site.backup()
    assert (run.state, files_in(copy_of(site))) == ("succeeded", ["-rf"])


def test_it_keeps_a_source_that_was_always_empty(site: Site) -> None:
    empty(site.tree)
    assert site.backup().state == "succeeded"
    assert site.backup().state == "succeeded"
    (site.tree / "baru").write_text("isi", encoding="utf-8")
    assert site.backup().state == "succeeded"
    assert files_in(copy_of(site)) == ["baru"]
