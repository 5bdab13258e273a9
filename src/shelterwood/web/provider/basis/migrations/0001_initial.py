"""The first tables of the legal basis: services, keys, tokens, measured errors, refusals, the number of changes."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("number", models.PositiveBigIntegerField(default=0)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="change_once")],
            },
        ),
        migrations.CreateModel(
            name="DeclaredService",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=40, unique=True)),
                ("title", models.CharField(max_length=80)),
                ("service_type", models.CharField(max_length=40)),
                ("surfaces", models.JSONField()),
                ("end_to_end", models.CharField(max_length=20)),
                ("declared_at", models.DateTimeField()),
                (
                    "declared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Key",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("key_id", models.CharField(max_length=64, unique=True)),
                ("public", models.CharField(max_length=64)),
                ("role", models.CharField(max_length=20)),
                ("holder", models.CharField(max_length=120)),
                ("sealed_private", models.TextField(blank=True)),
                ("state", models.CharField(default="proposed", max_length=20)),
                ("valid_from", models.DateTimeField()),
                ("valid_to", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("proposed_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("solo", models.BooleanField(default=False)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "officer",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RefusalBurst",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=60)),
                ("profile", models.CharField(max_length=40)),
                ("token", models.CharField(blank=True, max_length=120)),
                ("service", models.CharField(max_length=120)),
                ("opened_at", models.DateTimeField()),
                ("count", models.PositiveBigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("reason", "profile", "token", "service"), name="refusal_burst_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Token",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=120, unique=True)),
                ("state", models.CharField(default="proposed", max_length=20)),
                ("profile", models.CharField(max_length=40)),
                ("occasion", models.CharField(max_length=20)),
                ("draft", models.TextField()),
                ("text", models.TextField(blank=True)),
                ("from_authority", models.BooleanField(default=False)),
                ("proposed_at", models.DateTimeField()),
                ("issued_at", models.DateTimeField(null=True)),
                ("solo", models.BooleanField(default=False)),
                ("ended_at", models.DateTimeField(null=True)),
                ("stopped_at", models.DateTimeField(null=True)),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "issued_by",
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replacements",
                        to="basis.token",
                    ),
                ),
                (
                    "service",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tokens", to="basis.declaredservice"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Measured",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("list_source", models.CharField(max_length=120)),
                ("examined", models.PositiveBigIntegerField(default=0)),
                ("decided", models.PositiveBigIntegerField(default=0)),
                ("wrong", models.PositiveBigIntegerField(default=0)),
                (
                    "token",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="measured", to="basis.token"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="declaredservice",
            constraint=models.CheckConstraint(
                condition=models.Q(("name__regex", "^[a-z][a-z0-9-]{1,39}\\Z")), name="service_name_is_plain"
            ),
        ),
        migrations.AddConstraint(
            model_name="declaredservice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("service_type__in", ["hosting", "number_independent_messaging", "number_based_messaging"])
                ),
                name="service_type_exists",
            ),
        ),
        migrations.AddConstraint(
            model_name="declaredservice",
            constraint=models.CheckConstraint(
                condition=models.Q(("end_to_end__in", ["never", "has_been", "is", "will_be", "not_attested"])),
                name="service_encryption_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="key",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["proposed", "registered", "refused", "revoked"])),
                name="key_state_exists",
            ),
        ),
        migrations.AddConstraint(
            model_name="key",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["officer", "authority", "publisher"])), name="key_role_exists"
            ),
        ),
        migrations.AddConstraint(
            model_name="key",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by__isnull", True),
                    models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                    ("solo", True),
                    _connector="OR",
                ),
                name="key_registered_by_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="key",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["proposed", "refused", "revoked"]), ("confirmed_by__isnull", False), _connector="OR"
                ),
                name="key_registered_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="key",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("role", "officer"), ("officer__isnull", False), models.Q(("sealed_private", ""), _negated=True)
                    ),
                    models.Q(
                        models.Q(("role", "officer"), _negated=True), ("officer__isnull", True), ("sealed_private", "")
                    ),
                    _connector="OR",
                ),
                name="key_of_officer_is_sealed",
            ),
        ),
        migrations.AddConstraint(
            model_name="key",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_to__gt", models.F("valid_from"))), name="key_period_is_forwards"
            ),
        ),
        migrations.AddConstraint(
            model_name="key",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "revoked"), _negated=True), ("revoked_at__isnull", False), _connector="OR"
                ),
                name="key_revoked_has_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="token",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["proposed", "issued", "refused", "withdrawn", "replaced"])),
                name="token_state_exists",
            ),
        ),
        migrations.AddConstraint(
            model_name="token",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("issued_by__isnull", True),
                    models.Q(("issued_by", models.F("proposed_by")), _negated=True),
                    ("solo", True),
                    _connector="OR",
                ),
                name="token_issued_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="token",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "issued"), _negated=True),
                    models.Q(("issued_by__isnull", False), models.Q(("text", ""), _negated=True)),
                    _connector="OR",
                ),
                name="token_issued_is_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="token",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["withdrawn", "refused"]), _negated=True),
                    ("ended_by__isnull", False),
                    _connector="OR",
                ),
                name="token_ended_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="token",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "issued")), fields=("service", "occasion"), name="one_token_in_force"
            ),
        ),
        migrations.AddConstraint(
            model_name="measured",
            constraint=models.UniqueConstraint(fields=("token", "list_source"), name="measured_once_a_list"),
        ),
        migrations.AddConstraint(
            model_name="measured",
            constraint=models.CheckConstraint(
                condition=models.Q(("wrong__lte", models.F("decided"))), name="measured_wrong_of_decided"
            ),
        ),
        migrations.AddConstraint(
            model_name="measured",
            constraint=models.CheckConstraint(
                condition=models.Q(("decided__lte", models.F("examined"))), name="measured_decided_of_examined"
            ),
        ),
    ]
