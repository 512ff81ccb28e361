from __future__ import annotations

import html

import pytest

from portal.store.models import Server, SshKey
from tests.support import machines

FORM = {
    "name": "Web PRTRN",
    "address": "10.20.30.40",
    "port": "22",
    "username": "lumbung",
    "key_choice": "new",
    "key_name": "",
    "key_id": "",
}
READERS, KEEPERS = ("joko", "agus", "ratna"), ("joko", "agus")
OTHERS = ("sari", "bambang", "hendro", "dewi", "sri", "tono")


def shown(text: str) -> str:
    return html.unescape(text)


def test_it_says_what_to_do_while_the_catalogue_is_empty(browser):
    page = browser("agus").get("/server").text
    assert "Belum ada server" in page
    assert 'href="/server/baru"' in page
    assert 'href="/server/baru"' not in browser("ratna").get("/server").text


def test_it_enrols_a_server_and_leads_to_its_steps(browser):
    agus = browser("agus")
    agus.get("/server/baru")
    answer = agus.post("/server/baru", FORM)
    assert (answer.status_code, answer.location) == (303, f"/server/{Server.get().id}")
    page = shown(agus.get(answer.location).text)
    assert f"restrict {SshKey.get().public_key}" in page
    assert "Pindai kunci host" in page
    assert "sudah masuk katalog" in page


def test_it_enrols_once_for_a_double_click(browser):
    agus = browser("agus")
    places = {agus.post("/server/baru", FORM).location for _ in range(2)}
    assert len(places) == 1
    assert Server.select().count() == 1


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("address", "-oProxyCommand=touch /tmp/x", "tidak boleh diawali tanda hubung"),
        ("address", "10.20.30.40\n-oProxyCommand=x", "karakter yang tidak tampak"),
        ("address", "web\x00.go.id", "karakter yang tidak tampak"),
        ("address", "$(reboot).go.id", "Bukan nama server"),
        ("address", "a" * 300, "terlalu panjang"),
        ("address", "2130706433", "Bukan alamat IP"),
        ("address", "", "Wajib diisi"),
        ("username", "-oProxyCommand=x", "tidak boleh diawali tanda hubung"),
        ("username", "root;reboot", "huruf kecil"),
        ("username", "ro\not", "karakter yang tidak tampak"),
        ("username", "x" * 33, "huruf kecil"),
        ("username", "", "Wajib diisi"),
        ("port", "0", "Port antara"),
        ("port", "22; reboot", "bilangan bulat"),
        ("port", "99999999999999999999", "bilangan bulat"),
        ("name", "", "Wajib diisi"),
        ("name", "x" * 81, "Terlalu panjang"),
        ("name", "dua\nbaris", "satu baris"),
        ("name", "nol\x00", "karakter yang tidak tampak"),
        ("key_id", "bukan angka", "bilangan bulat"),
        ("key_id", "", "Pilih salah satu kunci"),
        ("key_choice", "lain", "Pilih salah satu"),
    ],
)
def test_it_names_the_field_that_cannot_be_taken_and_keeps_the_rest(browser, field, typed, sentence):
    machines_form = FORM | {"name": "Nama <yang> diketik"} | {field: typed}
    if field == "key_id":
        machines_form["key_choice"] = "existing"
    answer = browser("agus").post("/server/baru", machines_form)
    page = shown(answer.text)
    assert answer.status_code == 422
    assert sentence in page
    if field != "name":
        assert 'value="Nama &lt;yang&gt; diketik"' in answer.text
    assert Server.select().count() == 0
    assert SshKey.select().count() == 0


def test_it_names_every_field_at_once(browser):
    answer = browser("agus").post(
        "/server/baru", {"name": "", "address": "", "port": "", "username": "", "key_choice": "x"}
    )
    for field in ("name", "address", "port", "username", "key_choice"):
        assert f'href="#{field}"' in answer.text or field == "key_choice"
    assert answer.status_code == 422


def test_it_shows_hostile_names_as_text(browser, cast, settings):
    name = "<script>alert(1)</script>{{ 7*7 }}"
    server = machines.enrolled(cast["agus"], settings, name=name)
    agus = browser("agus")
    for path in (
        "/server",
        f"/server/{server.id}",
        f"/server/{server.id}/ubah",
        f"/server/{server.id}/kunci",
    ):
        page = agus.get(path).text
        assert "<script>alert" not in page
        assert "49" not in page or "{{ 7*7 }}" in shown(page)


def test_it_corrects_an_entry(browser, cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    agus = browser("agus")
    assert 'value="10.20.30.40"' in agus.get(f"/server/{server.id}/ubah").text
    bad = agus.post(f"/server/{server.id}/ubah", FORM | {"address": "-x"})
    assert bad.status_code == 422
    answer = agus.post(f"/server/{server.id}/ubah", FORM | {"address": "10.20.30.50"})
    page = agus.follow(answer).text
    assert "kunci hostnya harus dipindai" in page
    assert Server.get().host_key_state == "none"


def test_it_gives_a_server_another_key(browser, cast, settings):
    server = machines.enrolled(cast["agus"], settings)
    joko = browser("joko")
    assert joko.get(f"/server/{server.id}/kunci").status_code == 200
    bad = joko.post(f"/server/{server.id}/kunci", {"key_choice": "existing", "key_id": "99"})
    assert (bad.status_code, "Kunci itu tidak ada" in bad.text) == (422, True)
    answer = joko.post(f"/server/{server.id}/kunci", {"key_choice": "new", "key_name": "Kunci 2027"})
    assert answer.status_code == 303
    line = joko.get(f"/server/{server.id}/kunci.pub")
    assert line.mimetype == "text/plain"
    assert line.text == f"restrict {SshKey.get(SshKey.name == 'Kunci 2027').public_key}\n"


def test_it_puts_a_server_to_rest(browser, cast, settings):
    server = machines.enrolled(cast["agus"], settings)
    agus = browser("agus")
    page = agus.follow(agus.post(f"/server/{server.id}/aktif", {"active": "0"})).text
    assert "dinonaktifkan" in page
    assert not Server.get().active
    agus.post(f"/server/{server.id}/aktif", {"active": "1"})
    assert Server.get().active


def test_it_finds_servers_by_name_address_and_state(browser, cast, settings):
    machines.trusted(cast["agus"], cast["joko"], settings, name="Web 100%")
    machines.enrolled(cast["agus"], settings, name="Basis_data", address="basis.go.id")
    agus = browser("agus")

    def found(query: str) -> set[str]:
        page = agus.get(f"/server?{query}").text
        return {name for name in ("Web 100%", "Basis_data") if f">{name}</a>" in page}

    assert (
        found("")
        == found("halaman=0")
        == found("halaman=x")
        == found("kunci=ngawur")
        == {"Web 100%", "Basis_data"}
    )
    assert found("cari=web") == found("cari=100%25") == found("kunci=approved") == {"Web 100%"}
    assert found("cari=basis.go") == found("cari=s_d") == found("kunci=none") == {"Basis_data"}
    assert found("cari=%25%25") == found("cari=" + "x" * 3000) == found("cari=web%00x") == set()
    assert "Tidak ada yang cocok" in agus.get("/server?cari=tidak-ada").text


def test_it_pages_a_long_list(browser, cast, settings):
    for number in range(30):
        machines.enrolled(cast["agus"], settings, name=f"Server {number:02d}")
    agus = browser("agus")
    first, second = agus.get("/server").text, agus.get("/server?halaman=2").text
    assert ("Server 00<" in first, "Server 29<" in first) == (True, False)
    assert ("Server 00<" in second, "Server 29<" in second) == (False, True)
    assert "Halaman 2 dari 2" in second
    assert agus.get("/server?halaman=99").status_code == 200


def test_it_shows_what_touches_a_server(browser, cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    request_ = machines.approved(cast["sari"], cast["joko"], server)
    snapshot = machines.backed_up(request_, cast["agus"], settings)
    page = browser("agus").get(f"/server/{server.id}").text
    assert request_.number in page
    assert "/srv/www" in page
    assert "20.431" in page
    assert "Belum diuji" in page
    assert f'action="/snapshot/{snapshot.id}/uji"' in page
    assert "Siap dipakai" in page
    assert f'action="/snapshot/{snapshot.id}/uji"' not in browser("ratna").get(f"/server/{server.id}").text


@pytest.mark.parametrize("who", OTHERS)
def test_it_is_closed_to_other_roles(browser, cast, settings, who):
    server = machines.enrolled(cast["agus"], settings)
    visitor = browser(who)
    for path in ("", "/baru", f"/{server.id}", f"/{server.id}/langkah", f"/{server.id}/ubah", f"/{server.id}/kunci",
                 f"/{server.id}/kunci.pub", f"/{server.id}/folder/1"):  # fmt: skip
        assert visitor.get(f"/server{path}").status_code == 403, path
    for path in ("baru", f"{server.id}/ubah", f"{server.id}/kunci", f"{server.id}/aktif", f"{server.id}/tanya",
                 f"{server.id}/sumber", f"{server.id}/sumber/1/hapus", f"{server.id}/kunci-host/ajukan",
                 f"{server.id}/kunci-host/setujui", f"{server.id}/kunci-host/tolak"):  # fmt: skip
        assert visitor.post(f"/server/{path}", FORM).status_code == 403, path
    assert Server.select().count() == 1


def test_it_lets_the_kabid_read_but_not_keep(browser, cast, settings):
    server = machines.trusted(cast["agus"], cast["joko"], settings)
    ratna = browser("ratna")
    for path in ("/server", f"/server/{server.id}", f"/server/{server.id}/kunci.pub"):
        assert ratna.get(path).status_code == 200
    assert "Ubah" not in ratna.get(f"/server/{server.id}").text
    for path in ("baru", f"{server.id}/ubah", f"{server.id}/aktif", f"{server.id}/tanya", f"{server.id}/sumber",
                 f"{server.id}/kunci", f"{server.id}/kunci-host/ajukan"):  # fmt: skip
        assert ratna.post(f"/server/{path}", FORM).status_code == 403, path


@pytest.mark.parametrize(
    "path", ["404", "404/ubah", "404/kunci", "404/langkah", "404/kunci.pub", "999999999999999999999"]
)
def test_it_knows_no_server_that_is_not_there(browser, path):
    assert browser("agus").get(f"/server/{path}").status_code == 404
