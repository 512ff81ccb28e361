"""The frame in a real Chromium: both themes, both widths, with and without script, and after a session has ended."""

from __future__ import annotations

import pytest
from flask import render_template_string, request
from playwright.sync_api import expect

from portal.errors import TransitionRefused
from portal.store import db
from portal.store.models import User, UserSession
from portal.web import access
from tests.support.browsing import accessibility, chromium, served, sign_in
from tests.support.people import PASSWORD

LONG_NAME = "Prof. Dr. Ir. Raden Mas Suryaningratkusumawardhana Adiwijayakusuma, M.Sc., Ph.D."
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}

PAGE = """
{% extends "base.html" %}
{% from "_macros/forms.html" import csrf, field, submit %}
{% from "_macros/dialogs.html" import confirm, open_dialog %}
{% block title %}Catatan{% endblock %}
{% block content %}
  <form method="post" action="/uji" hx-post="/uji" hx-target="#hasil">{{ csrf() }}
    {{ field("isi", "Isi", check="/uji/periksa") }}{{ submit("Simpan") }}</form>
  <div id="hasil"></div>
  {{ open_dialog("tanya", "Hapus") }}
  {% call confirm("tanya", "Hapus catatan?", "/uji/hapus", "Ya, hapus", "danger") %}<p>Yakin?</p>{% endcall %}
{% endblock %}
"""
CHECK = '{% from "_macros/forms.html" import field_error %}{{ field_error("isi", problem) }}'


@pytest.fixture
def notes(app):
    """A page with a form, an inline check and a question, as other pages are made."""
    app.testing = False
    saved: list[str] = []

    def show():
        return render_template_string(PAGE)

    def save():
        if request.form["isi"] == "tolak":
            raise TransitionRefused("chain.note_required")
        saved.append(request.form["isi"])
        return "tersimpan"

    def check():
        return render_template_string(
            CHECK, problem="Terlalu pendek." if len(request.form["isi"]) < 3 else ""
        )

    def delete():
        saved.append("dihapus")
        return "dihapus"

    for path, view, method in (
        ("", show, "GET"),
        ("", save, "POST"),
        ("/periksa", check, "POST"),
        ("/hapus", delete, "POST"),
    ):
        app.add_url_rule(f"/uji{path}", view.__name__, view, methods=[method])
        access.collect(app, {view.__name__: access.SIGNED_IN})
    return saved


def end_sessions() -> None:
    with db.connection():
        UserSession.update(revoked_at=UserSession.created_at).execute()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_it_is_readable_by_everybody_in_both_themes_and_widths(app, scheme, size):
    app.testing = False
    User.update(name=LONG_NAME).where(User.username == "hendro").execute()
    with served(app) as address, chromium(address, color_scheme=scheme, viewport=size) as context:
        page, complaints = context.new_page(), []
        page.on(
            "console", lambda told: complaints.append(told.text) if "Content Security" in told.text else None
        )
        page.goto("/masuk")
        assert accessibility(page) == []
        sign_in(page, "hendro")
        for path in ("/", "/akun", "/tidak-ada"):
            page.goto(path)
            assert accessibility(page) == [], path
            assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), path
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(14, 21, 18)"
        assert dark == (scheme == "dark")
        assert complaints == []


def test_it_works_without_script(app, notes):
    with served(app) as address, chromium(address, java_script_enabled=False, viewport=PHONE) as context:
        page = context.new_page()
        sign_in(page, "sari")
        page.click("summary:has-text('Menu')")
        page.click(".lb-drawer button[value=dark]")
        assert page.get_attribute("html", "data-bs-theme") == "dark"
        page.goto("/uji")
        page.fill("#isi", "catatan")
        page.click("text=Simpan")
        assert notes == ["catatan"]
        page.goto("/uji")
        page.click("a:has-text('Hapus')")
        page.click("button:has-text('Ya, hapus')")
        assert notes[-1] == "dihapus"
        page.goto("/akun")
        page.click("summary:has-text('Menu')")
        page.click(".lb-drawer button:has-text('Keluar')")
        assert page.url.endswith("/masuk")


def test_it_keeps_what_was_typed_when_the_session_has_ended(app, notes):
    with served(app) as address, chromium(address) as context:
        page = context.new_page()
        sign_in(page, "sari")
        page.goto("/uji")
        page.fill("#isi", "pekerjaan panjang")
        end_sessions()
        page.click("text=Simpan")
        page.fill("#sign-in-dialog #password", "salah sekali")
        page.fill("#sign-in-dialog #username", "sari")
        page.click("#sign-in-dialog button")
        page.wait_for_selector("#sign-in-problem")
        page.fill("#sign-in-dialog #password", PASSWORD)
        page.click("#sign-in-dialog button")
        page.wait_for_selector("text=Anda sudah masuk kembali")
        assert page.input_value("#isi") == "pekerjaan panjang"
        page.click("text=Simpan")
        page.wait_for_selector("#hasil:has-text('tersimpan')")
        assert notes == ["pekerjaan panjang"]
        page.click("a:has-text('Hapus')")
        page.click("button:has-text('Ya, hapus')")
        page.wait_for_selector("text=dihapus")
        assert notes[-1] == "dihapus", "a form without htmx has the new session's token too"


def test_it_keeps_what_was_typed_without_script_too(app, notes):
    with served(app) as address, chromium(address, java_script_enabled=False) as context:
        page = context.new_page()
        sign_in(page, "sari")
        page.goto("/uji")
        page.fill("#isi", "pekerjaan panjang")
        end_sessions()
        page.click("text=Simpan")
        page.fill("#username", "sari")
        page.fill("#password", PASSWORD)
        page.click("button:has-text('Masuk')")
        assert notes == []
        page.click("button:has-text('Kirim isian saya')")
        assert notes == ["pekerjaan panjang"]


def test_it_shows_a_refusal_as_a_notice_once_and_leaves_the_page(app, notes):
    with served(app) as address, chromium(address) as context:
        page = context.new_page()
        sign_in(page, "sari")
        page.goto("/uji")
        page.fill("#isi", "tolak")
        page.evaluate(
            "document.body.dataset.shown = '';"
            "document.addEventListener('htmx:load', ({ detail }) =>"
            " detail.elt.closest('#notices') && (document.body.dataset.shown += '1'))"
        )
        for number in (1, 2):
            page.click("text=Simpan")
            page.wait_for_selector(f"body[data-shown='{'1' * number}']")
        expect(page.locator("#notices [role=alert]:has-text('Tuliskan catatan')")).to_have_count(1)
        expect(page.locator("#notices [data-notice]")).to_have_count(1)
        assert page.input_value("#isi") == "tolak"
        page.click("[data-dismiss]")
        assert page.locator("#notices [data-notice]").count() == 0
        page.route("**/uji", lambda route: route.abort())
        page.click("text=Simpan")
        page.wait_for_selector("#notices:has-text('Portal tidak menjawab')")


def test_it_marks_a_field_as_one_types_and_unmarks_it(app, notes):
    with served(app) as address, chromium(address) as context:
        page = context.new_page()
        sign_in(page, "sari")
        page.goto("/uji")
        page.fill("#isi", "a")
        page.press("#isi", "Tab")
        page.wait_for_selector("#isi[aria-invalid=true]")
        assert page.is_visible("text=Terlalu pendek.")
        page.fill("#isi", "cukup panjang")
        page.press("#isi", "Tab")
        page.wait_for_selector("#isi:not([aria-invalid])")
        assert page.is_hidden("text=Terlalu pendek.")


def test_it_opens_a_question_as_a_modal_that_the_keyboard_closes(app, notes):
    with served(app) as address, chromium(address) as context:
        page = context.new_page()
        sign_in(page, "sari")
        page.goto("/uji")
        page.click("a:has-text('Hapus')")
        assert page.evaluate("document.querySelector('#tanya').matches(':modal')")
        page.keyboard.press("Escape")
        assert page.is_hidden("#tanya")
        page.keyboard.press("Shift+Tab")
        assert notes == []


def test_it_lets_the_keyboard_skip_the_menu(app):
    app.testing = False
    with served(app) as address, chromium(address) as context:
        page = context.new_page()
        sign_in(page, "sari")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "konten-utama"
