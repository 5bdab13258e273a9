"""What import rules cannot see: foreign keys by name point downwards too, and no migration is missing."""

from __future__ import annotations

from django.apps import apps
from django.core.management import call_command

# As the contract `hall` in pyproject.toml: a table may point at its own app's and at those after it.
ORDER = ["running", "outbox", "accounts", "audit"]


def test_tables_point_downwards_only() -> None:
    for model in apps.get_models():
        if not model.__module__.startswith("shelterwood.web.hall."):
            continue
        below = ORDER[ORDER.index(model._meta.app_label) :]
        targets = {field.related_model._meta.app_label for field in model._meta.get_fields() if _points(field)}
        assert targets <= set(below), f"{model.__name__} points at {targets - set(below)}"


def _points(field: object) -> bool:
    return bool(getattr(field, "many_to_one", False)) and getattr(field, "concrete", False)


def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "running", "outbox", "accounts", "audit", check=True, dry_run=True, verbosity=0)
