"""The first tables of the lists: lists, versions, imports, changes, the number of changes."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import shelterwood.web.provider.lists.states


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ProviderList",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=64, unique=True)),
                ("owner", models.CharField(max_length=200)),
                ("kind", models.CharField(max_length=16)),
                ("purpose", models.CharField(max_length=32)),
                (
                    "state",
                    models.CharField(
                        default=shelterwood.web.provider.lists.states.ListState["REGISTERED"], max_length=16
                    ),
                ),
                ("agreement", models.CharField(blank=True, max_length=300)),
                ("owner_key", models.CharField(blank=True, max_length=64)),
                ("legal_reference", models.CharField(blank=True, max_length=100)),
                ("radius", models.PositiveSmallIntegerField(default=31)),
                ("orientations", models.PositiveSmallIntegerField(default=255)),
                ("version", models.PositiveIntegerField(default=0)),
                ("digest", models.CharField(blank=True, max_length=64)),
                ("signed_digest", models.CharField(blank=True, max_length=64)),
                ("golden_digest", models.CharField(blank=True, max_length=64)),
                ("golden_hits", models.PositiveIntegerField(null=True)),
                ("forecast_of", models.PositiveIntegerField(default=0)),
                ("forecast_matched", models.PositiveIntegerField(default=0)),
                ("uploads_per_day", models.PositiveIntegerField(default=0)),
                ("minutes_per_match", models.PositiveSmallIntegerField(default=0)),
                ("proposed_at", models.DateTimeField(null=True)),
                ("solo", models.BooleanField(default=False)),
                ("live_since", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("fault", models.CharField(blank=True, max_length=120)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ListVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("folder", models.CharField(max_length=40)),
                ("folder_version", models.PositiveIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("delivery_digest", models.CharField(blank=True, max_length=64)),
                ("made_at", models.DateTimeField()),
                ("counts", models.JSONField()),
                ("outcomes", models.JSONField(default=dict)),
                ("skipped", models.JSONField(default=dict)),
                ("signed_at", models.DateTimeField(null=True)),
                ("golden_set", models.CharField(blank=True, max_length=80)),
                ("golden_at", models.DateTimeField(null=True)),
                ("golden_hits", models.PositiveIntegerField(null=True)),
                ("golden_named", models.JSONField(default=list)),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="lists.providerlist"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ImportRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(default=shelterwood.web.provider.lists.states.RunState["WAITING"], max_length=16),
                ),
                ("file", models.CharField(max_length=200)),
                ("rows", models.PositiveBigIntegerField(default=0)),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("sentences", models.JSONField(default=list)),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="runs", to="lists.providerlist"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ChangeOfList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveBigIntegerField(unique=True)),
                ("source", models.CharField(max_length=200)),
                ("entry", models.CharField(max_length=200)),
                ("line", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "list",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="lists.providerlist"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Register",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("number", models.PositiveBigIntegerField(default=0)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="list_register_once")],
            },
        ),
        migrations.AddConstraint(
            model_name="providerlist",
            constraint=models.CheckConstraint(
                condition=models.Q(("name__regex", "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}\\Z")), name="list_name_is_plain"
            ),
        ),
        migrations.AddConstraint(
            model_name="providerlist",
            constraint=models.CheckConstraint(
                condition=models.Q(("purpose", "known-csam")), name="list_has_the_one_purpose"
            ),
        ),
        migrations.AddConstraint(
            model_name="providerlist",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["delivered", "own"])), name="list_kind_exists"
            ),
        ),
        migrations.AddConstraint(
            model_name="providerlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["registered", "imported", "checked", "proposed", "live", "disabled", "withdrawn"])
                ),
                name="list_state_exists",
            ),
        ),
        migrations.AddConstraint(
            model_name="providerlist",
            constraint=models.CheckConstraint(
                condition=models.Q(("radius__lte", 31)), name="list_radius_is_searched_exactly"
            ),
        ),
        migrations.AddConstraint(
            model_name="providerlist",
            constraint=models.CheckConstraint(
                condition=models.Q(("orientations__gte", 1), ("orientations__lte", 255)), name="list_has_an_orientation"
            ),
        ),
        migrations.AddConstraint(
            model_name="providerlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("proposed_by__isnull", True),
                    ("approved_by__isnull", True),
                    ("solo", True),
                    models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="list_takes_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="providerlist",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["live", "disabled"]), _negated=True),
                    models.Q(
                        ("forecast_of__gt", 0),
                        ("golden_hits", 0),
                        ("golden_hits__isnull", False),
                        ("purpose", "known-csam"),
                        models.Q(("digest", ""), _negated=True),
                        ("golden_digest", models.F("digest")),
                        models.Q(("legal_reference", ""), _negated=True),
                        models.Q(
                            models.Q(("agreement", ""), _negated=True),
                            ("signed_digest", models.F("digest")),
                            _connector="OR",
                        ),
                        ("approved_by__isnull", False),
                        ("live_since__isnull", False),
                        ("proposed_by__isnull", False),
                        models.Q(
                            ("solo", True),
                            models.Q(("approved_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="list_in_service_is_complete",
            ),
        ),
        migrations.AddConstraint(
            model_name="listversion",
            constraint=models.UniqueConstraint(fields=("list", "number"), name="list_version_once"),
        ),
        migrations.AddConstraint(
            model_name="importrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["waiting", "running", "done", "failed"])), name="import_state_exists"
            ),
        ),
        migrations.AddIndex(
            model_name="changeoflist",
            index=models.Index(fields=["list", "number"], name="changes_of_a_list"),
        ),
    ]
