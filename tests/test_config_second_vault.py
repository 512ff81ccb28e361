"""Where the second vault may be, and how the portal gets there."""

from __future__ import annotations

import pytest

from portal import config
from portal.config import ConfigurationError
from workers.engines import restic, second, sftp


@pytest.mark.parametrize("place", ["/mnt/kedua", "sftp:lumbung@cadangan.kantor.go.id:/srv/lumbung", ""])
def test_a_folder_or_another_machine(place, tmp_path):
    found = config.load({"LUMBUNG_VAR": str(tmp_path), "LUMBUNG_SECOND_VAULT": place})
    assert found.second_vault == place


@pytest.mark.parametrize(
    "place",
    [
        "kedua",
        "sftp:-oProxyCommand=x@a:/b",
        "sftp:a@-b:/c",
        "sftp:a@b:c",
        "sftp:a@b:/c\n",
        "s3:a/b",
        "rest:http://a/",
    ],
)
def test_anything_else_stops_the_start(place, tmp_path):
    with pytest.raises(ConfigurationError, match=r"SECOND_VAULT|second_vault"):
        config.load({"LUMBUNG_VAR": str(tmp_path), "LUMBUNG_SECOND_VAULT": place})


@pytest.mark.parametrize("below", ["vault", "vault/kedua", ""])
def test_it_does_not_lie_in_the_vault_that_it_is_to_outlive(below, tmp_path):
    with pytest.raises(ConfigurationError, match="outside of the vault"):
        config.load({"LUMBUNG_VAR": str(tmp_path), "LUMBUNG_SECOND_VAULT": str(tmp_path / below)})


@pytest.mark.parametrize(
    ("repositories", "second", "fault"),
    [
        ("sftp:a@gudang.go.id:/srv/lumbung", "/mnt/kedua", ""),
        ("", "/mnt/kedua", ""),
        ("/mnt/gudang", "", "repository_vault"),
        ("sftp:a@b:c", "", "repository_vault"),
        ("sftp:a@b:/c", "sftp:a@d:/e", "second_vault"),
    ],
)
def test_the_repositories_may_lie_on_another_machine(repositories, second, fault, tmp_path):
    given = {"LUMBUNG_VAR": str(tmp_path), "LUMBUNG_REPOSITORY_VAULT": repositories}
    given["LUMBUNG_SECOND_VAULT"] = second
    if fault:
        with pytest.raises(ConfigurationError, match=fault):
            config.load(given)
    else:
        assert config.load(given).repository_vault == repositories


def test_an_address_in_parts():
    assert sftp.place_of("sftp:a@b.go.id:/c d") == sftp.Place("a", "b.go.id", "/c d")
    assert sftp.place_of("/mnt/kedua") is None


def test_the_way_there_is_one_field_of_the_option(tmp_path):
    source = restic.Repository(tmp_path / "r", tmp_path / "p", tmp_path / "c")
    there = second.of(
        "sftp:a@b:/c/", 7, source, sftp.session(["ssh", "-o", 'IdentityFile="/k y"', "10.0.0.1"])
    )
    assert there.location == "sftp:a@b:/c/7"
    argv = there.argv(restic.check_books_argv())
    assert argv[:2] == ["restic", "-o"]
    assert argv[2] == '"sftp.command=ssh -o \'IdentityFile=""/k y""\' 10.0.0.1 -s sftp"'
    assert argv[3:] == ["check"]
    assert second.of("/mnt/kedua", 7, source).argv(["restic", "check", "--no-cache"]) == [
        "restic",
        "check",
        "--no-cache",
    ]


def test_the_password_is_in_no_argument(tmp_path):
    source = restic.Repository(tmp_path / "r", tmp_path / "p", tmp_path / "c")
    assert second.of("/mnt/kedua", 7, source).environment()["RESTIC_FROM_PASSWORD_FILE"] == str(
        tmp_path / "p"
    )


@pytest.mark.parametrize(
    ("tail", "code"),
    [
        (
            "Host key verification failed.\nFatal: unable to start the sftp session, error: EOF",
            "second.unreachable",
        ),
        ("ssh: connect to host 10.0.0.1 port 22: Connection refused", "second.unreachable"),
        ("Fatal: wrong password or no key found", "restic.wrong_password"),
        ("Fatal: unable to open config file: stat /x/config: no such file", "restic.no_repository"),
    ],
)
def test_what_failed_is_told_apart(tail, code):
    assert second.error_of(1, tail).code == code
