"""The lines become a chain: those that are there are linked in the order in which they were written."""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import TYPE_CHECKING, Any

import django.db.models
from django.db import migrations, models

if TYPE_CHECKING:
    from django.apps.registry import Apps as StateApps

GENESIS = "0" * 64


def _digest(line: Any, previous: str, seq: int) -> str:  # noqa: ANN401 - a model as it was then
    """Version 1 of the line's digest, written out: a migration must not change when the code does."""
    content = {
        "seq": seq,
        "previous": previous,
        "action": line.action,
        "actor": line.actor,
        "object": line.object_ref,
        "codes": line.codes,
        "at": line.recorded_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "personal": "",
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(b"shelterwood record line 1\n" + text.encode()).hexdigest()


def chain(apps: StateApps, _editor: object) -> None:
    lines, seq, digest = apps.get_model("audit", "Line"), 0, GENESIS
    for line in lines.objects.order_by("id").iterator():
        seq, previous = seq + 1, digest
        digest = _digest(line, previous, seq)
        lines.objects.filter(pk=line.pk).update(seq=seq, previous=previous, digest=digest)
    apps.get_model("audit", "ChainHead").objects.create(id=1, seq=seq, digest=digest)


def unchain(apps: StateApps, _editor: object) -> None:
    apps.get_model("audit", "ChainHead").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.AddField("Line", "seq", models.PositiveBigIntegerField(null=True)),
        migrations.AddField("Line", "previous", models.CharField(max_length=64, default="")),
        migrations.AddField("Line", "digest", models.CharField(max_length=64, default="")),
        migrations.AddField("Line", "personal", models.CharField(max_length=64, blank=True, default="")),
        migrations.CreateModel(
            name="ChainHead",
            fields=[
                ("id", models.PositiveSmallIntegerField(primary_key=True, default=1, serialize=False)),
                ("seq", models.PositiveBigIntegerField(default=0)),
                ("digest", models.CharField(max_length=64, default=GENESIS)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=django.db.models.Q(id=1), name="chain_has_one_head"),
                ]
            },
        ),
        migrations.CreateModel(
            name="Payload",
            fields=[
                ("id", models.UUIDField(primary_key=True, default=uuid.uuid4, serialize=False)),
                ("line_seq", models.PositiveBigIntegerField(unique=True)),
                ("salt", models.BinaryField()),
                ("sealed", models.BinaryField()),
                ("wrapped_key", models.BinaryField()),
                ("master_key_id", models.CharField(max_length=16)),
                ("forget_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="SignedHead",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("seq", models.PositiveBigIntegerField()),
                ("digest", models.CharField(max_length=64)),
                ("signed_at", models.DateTimeField()),
                ("text", models.TextField()),
            ],
            options={"ordering": ["-signed_at"]},
        ),
        migrations.RunPython(chain, unchain),
    ]
