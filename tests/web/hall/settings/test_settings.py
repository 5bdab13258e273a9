"""Settings fail loudly, are documented, and never leave a secret readable by others."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from shelterwood.web.hall.settings.base import build
from shelterwood.web.hall.settings.database import database
from shelterwood.web.hall.settings.environment import SettingNotUnderstood
from shelterwood.web.hall.settings.known import KNOWN, Setting
from shelterwood.web.hall.settings.places import DataNotUsable, Places

REFERENCE = Path(__file__).parents[4] / "docs" / "reference" / "settings.md"


def build_with(tmp_path: Path, **variables: str) -> dict[str, object]:
    return build("provider", variables={"SHELTERWOOD_DATA": str(tmp_path / "data"), **variables})


@pytest.mark.parametrize("setting", KNOWN, ids=lambda s: s.name)
def test_every_setting_is_documented_as_it_is(setting: Setting) -> None:
    page = REFERENCE.read_text(encoding="utf-8")

    assert any(
        line.startswith(f"| `{setting.name}`") and setting.meaning in line and line.endswith(f"| {setting.default} |")
        for line in page.splitlines()
    )


def test_a_misspelt_setting_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingNotUnderstood, match="SHELTERWOOD_SESION_HOURS"):
        build_with(tmp_path, SHELTERWOOD_SESION_HOURS="4")


@pytest.mark.parametrize("value", ["0", "25", "ten", "-1", "1.5", "٣"])
def test_a_number_outside_its_bounds_stops_the_start(tmp_path: Path, value: str) -> None:
    with pytest.raises(SettingNotUnderstood, match="SHELTERWOOD_SESSION_HOURS"):
        build_with(tmp_path, SHELTERWOOD_SESSION_HOURS=value)


def test_the_secret_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    first = build_with(tmp_path)["SECRET_KEY"]
    second = build_with(tmp_path)["SECRET_KEY"]

    file = tmp_path / "data" / "secrets" / "secret_key"
    assert first == second
    assert len(str(first)) >= 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("from-a-file\n", encoding="utf-8")

    assert build_with(tmp_path, SHELTERWOOD_SECRET_KEY_FILE=str(file))["SECRET_KEY"] == "from-a-file"


def test_a_secret_given_twice_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingNotUnderstood, match="both set"):
        build_with(tmp_path, SHELTERWOOD_SECRET_KEY="a", SHELTERWOOD_SECRET_KEY_FILE="/b")


def test_plain_http_to_another_machine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingNotUnderstood, match="in the clear"):
        build_with(tmp_path, SHELTERWOOD_URL="http://review.example.org")


def test_tls_makes_cookies_secure_and_browsers_remember_it(tmp_path: Path) -> None:
    settings = build_with(tmp_path, SHELTERWOOD_URL="https://review.example.org", SHELTERWOOD_PROXY="yes")

    assert settings["SESSION_COOKIE_NAME"] == "__Host-session"
    assert settings["SESSION_COOKIE_SECURE"] is True
    assert settings["SECURE_HSTS_SECONDS"] == 365 * 24 * 3600
    assert settings["MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"] is False


def test_https_without_a_proxy_that_speaks_it_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingNotUnderstood, match="SHELTERWOOD_PROXY is not yes"):
        build_with(tmp_path, SHELTERWOOD_URL="https://review.example.org")


@pytest.mark.slow
def test_django_itself_finds_nothing_to_warn_of(tmp_path: Path) -> None:
    named = {
        "SHELTERWOOD_DATA": str(tmp_path / "data"),
        "SHELTERWOOD_URL": "https://review.example.org",
        "SHELTERWOOD_PROXY": "yes",
        "DJANGO_SETTINGS_MODULE": "shelterwood.web.hall.settings.provider",
        "PATH": os.environ["PATH"],
    }

    done = subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env=named,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def test_data_of_one_role_is_not_opened_by_another(tmp_path: Path) -> None:
    Places.claim(tmp_path, role="centre")

    with pytest.raises(DataNotUsable, match="belongs to the role 'centre'"):
        Places.claim(tmp_path, role="provider")


def test_postgresql_is_named_by_its_address(tmp_path: Path) -> None:
    described = database("postgres://us%40er:p%2Fw@db.example.org:5433/house?sslmode=require", sqlite=tmp_path)

    assert (described["USER"], described["PASSWORD"], described["NAME"]) == ("us@er", "p/w", "house")
    assert (described["HOST"], described["PORT"], described["OPTIONS"]) == (
        "db.example.org",
        "5433",
        {"sslmode": "require", "options": "-c lock_timeout=20s"},
    )


@pytest.mark.parametrize("url", ["mysql://h/d", "postgres://h", "shelterwood.db", "postgres://"])
def test_an_address_of_no_postgresql_database_stops_the_start(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingNotUnderstood, match="DATABASE_URL"):
        database(url, sqlite=tmp_path)


def test_openid_is_off_until_an_issuer_is_named(tmp_path: Path) -> None:
    assert "allauth.socialaccount" not in build_with(tmp_path)["INSTALLED_APPS"]


def test_openid_without_its_secret_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(SettingNotUnderstood, match="without client or secret"):
        build_with(tmp_path, SHELTERWOOD_OIDC_ISSUER="https://id.example.org")
