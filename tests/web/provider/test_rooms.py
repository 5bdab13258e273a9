"""The rooms of the provider's wing: tables that point downwards only, and no migration that is missing."""

from __future__ import annotations

from django.apps import apps
from django.core.management import call_command

# As the contract `provider` in pyproject.toml, from the top; a room that is still to come does no harm.
ORDER = ["hma", "rescan", "scan", "webhooks", "evidence", "lists", "basis", "keys", "outbox", "accounts", "audit"]


def test_tables_of_the_wing_point_downwards_only() -> None:
    for model in apps.get_models():
        if not model.__module__.startswith("shelterwood.web.provider."):
            continue
        below = ORDER[ORDER.index(model._meta.app_label) :]
        targets = {field.related_model._meta.app_label for field in model._meta.get_fields() if _points(field)}
        assert targets <= set(below), f"{model.__name__} points at {targets - set(below)}"


def _points(field: object) -> bool:
    return bool(getattr(field, "many_to_one", False)) and getattr(field, "concrete", False)


def test_no_migration_of_the_wing_is_missing() -> None:
    rooms = [app.label for app in apps.get_app_configs() if app.name.startswith("shelterwood.web.provider.")]

    call_command("makemigrations", *rooms, check=True, dry_run=True, verbosity=0)
