"""Log lines never hold the secret of a link."""

from __future__ import annotations

import logging

from shelterwood.web.hall.ui.logs import WithoutSecrets


def test_the_secret_of_an_invitation_stays_out_of_the_log() -> None:
    line = logging.LogRecord("django.request", 30, "", 0, "%s: %s", ("Gone", "/invitation/s3cret-Token"), None)

    WithoutSecrets().filter(line)

    assert line.getMessage() == "Gone: /invitation/..."


def test_the_handler_of_the_service_has_the_filter(settings: object) -> None:
    assert settings.LOGGING["handlers"]["stderr"]["filters"] == ["secrets"]
