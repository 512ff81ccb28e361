"""What may be set of mail and webhook; nonsense stops the start."""

from __future__ import annotations

import pytest

from portal import config
from portal.config import ConfigurationError

MAIL = {"LUMBUNG_SMTP_HOST": "surel.kantor.example", "LUMBUNG_MAIL_SENDER": "lumbung@kantor.example"}
HOOK = {"LUMBUNG_WEBHOOK_URL": "https://kait.kantor.example/x", "LUMBUNG_WEBHOOK_SECRET": "r" * 32}


def test_nothing_set_means_off():
    assert config.load({}).channels == ()


def test_each_is_a_channel():
    assert config.load(MAIL).channels == ("mail",)
    assert config.load(MAIL | HOOK).channels == ("mail", "webhook")


def test_secrets_come_from_files_and_are_not_shown(tmp_path):
    (tmp_path / "sandi").write_text("padi-padi\n", encoding="ascii")
    (tmp_path / "kait").write_text("k" * 40, encoding="ascii")
    settings = config.load(MAIL | {"LUMBUNG_SMTP_USER": "lumbung", "LUMBUNG_SMTP_PASSWORD_FILE": f"{tmp_path}/sandi",
                                   "LUMBUNG_WEBHOOK_URL": HOOK["LUMBUNG_WEBHOOK_URL"],
                                   "LUMBUNG_WEBHOOK_SECRET_FILE": f"{tmp_path}/kait"})  # fmt: skip
    assert settings.smtp_password.get_secret_value() == "padi-padi"
    assert "padi-padi" not in repr(settings) + str(settings)
    assert "kkkk" not in repr(settings)


@pytest.mark.parametrize(
    ("bad", "named"),
    [
        ({"LUMBUNG_SMTP_HOST": "h"}, "mail_sender"),
        (MAIL | {"LUMBUNG_SMTP_USER": "u", "LUMBUNG_SMTP_SECURITY": "none"}, "smtp_security"),
        (MAIL | {"LUMBUNG_SMTP_SECURITY": "ssl"}, "SMTP_SECURITY"),
        (MAIL | {"LUMBUNG_SMTP_USER": "u", "LUMBUNG_SMTP_PASSWORD": "sandì"}, "smtp_password"),
        (HOOK | {"LUMBUNG_WEBHOOK_SECRET": "pendek"}, "webhook_secret"),
        *[
            (HOOK | {"LUMBUNG_WEBHOOK_URL": url}, "webhook_url")
            for url in (
                "ftp://x/",
                "file:///etc/passwd",
                "//x",
                "https://",
                "https://u:p@x/",
                "https://x/\r\nX: y",
            )
        ],
    ],
)
def test_nonsense_is_refused_by_name(bad, named):
    with pytest.raises(ConfigurationError, match=named):
        config.load(bad)


def test_a_refusal_does_not_show_the_secret():
    with pytest.raises(ConfigurationError) as refusal:
        config.load(HOOK | {"LUMBUNG_WEBHOOK_SECRET": "pendek-rahasia"})
    assert "pendek-rahasia" not in str(refusal.value)
