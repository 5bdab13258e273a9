"""`shelterwood user` and `serve`: what the command line offers is what the service knows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from shelterwood.cli import serve, user
from shelterwood.web.hall.access.permissions import Role
from shelterwood.web.hall.accounts.models import Account, SoloMode
from shelterwood.web.hall.running import letting_in, roles

SHELTERWOOD = Path(sys.executable).with_name("shelterwood")


def test_the_command_line_offers_every_role_of_people_and_of_services() -> None:
    assert set(user._ROLES) == set(Role)
    assert set(serve._ROLE_NAMES) == set(roles.ROLES)


def test_an_invitation_prints_its_link_first() -> None:
    said = letting_in.invite("reviewer-1", ["reviewer"])

    assert said.startswith("http://localhost:8000/invitation/")
    assert "works once" in said


def test_a_name_that_nobody_has_is_said_so() -> None:
    with pytest.raises(letting_in.NoSuchAccount, match="no account 'ghost'"):
        letting_in.renew_link("ghost")


def test_closing_and_solo_mode_work_from_the_command_line() -> None:
    letting_in.invite("reviewer-1", ["reviewer"])

    letting_in.deactivate("reviewer-1")
    letting_in.go_solo("The Example Ombuds Office", "https://ombuds.example")

    assert not Account.objects.get(name="reviewer-1").is_active
    assert SoloMode.objects.get().outside_body == "The Example Ombuds Office"


@pytest.mark.slow
def test_a_fresh_directory_and_one_command_make_a_link(tmp_path: Path) -> None:
    data = tmp_path / "provider"
    bare = {k: v for k, v in os.environ.items() if not k.startswith(("SHELTERWOOD_", "DATABASE_", "DJANGO_"))}

    done = subprocess.run(
        [SHELTERWOOD, "user", "invite", "admin-1", "--role", "administrator", "--data", data],
        env=bare,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("http://localhost:8000/invitation/")
    assert {oct(path.stat().st_mode & 0o077) for path in data.rglob("*")} == {"0o0"}
