from __future__ import annotations

import pytest

from portal.web.formatting import agent, initials, page_url


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        ("Sari Wulandari, S.Kom.", "SW"),
        ("Dr. Ir. Bambang Agus Prasetyo, M.Eng.", "BP"),
        ("Sukarno", "S"),
        ("", "?"),
        ("123", "?"),
    ],
)
def test_it_makes_initials_without_titles(name, mark):
    assert initials(name) == mark


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/150.0 Safari/537.36 Edg/150.0",
            "Edge, Windows",
        ),
        ("curl/8", "curl/8"),
        ("", "–"),
    ],
)
def test_it_names_browsers_as_people_do(header, name):
    assert agent(header) == name


def test_it_changes_one_part_of_the_address(app):
    with app.test_request_context("/permohonan?cari=a+b&satker=1&satker=2&halaman=2"):
        assert page_url(halaman=3) == "/permohonan?cari=a+b&satker=1&satker=2&halaman=3"
        assert page_url(halaman=None, cari=None) == "/permohonan?satker=1&satker=2"
