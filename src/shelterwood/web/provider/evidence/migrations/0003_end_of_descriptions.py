"""What is kept in place of bytes gets a latest end: for rows that are there, the end that they have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import migrations, models
from django.db.models import F

if TYPE_CHECKING:
    from django.apps.registry import Apps as StateApps


def give_ends(apps: StateApps, _editor: object) -> None:
    rows = apps.get_model("evidence", "EvidenceObject").objects
    rows.filter(mode="report_and_purge").update(latest_end=F("expires_at"))
    rows.filter(state="purged").update(md5="", sha1="", sha256="", media_type="", size=0)


class Migration(migrations.Migration):
    dependencies = [("evidence", "0002_holds_of_people")]

    operations = [
        migrations.RemoveIndex(model_name="evidenceobject", name="evidence_to_purge"),
        migrations.RemoveConstraint(model_name="evidenceobject", name="evidence_mode_is_kept"),
        migrations.AddField(model_name="evidenceobject", name="latest_end", field=models.DateTimeField(null=True)),
        migrations.AlterField(
            model_name="evidenceobject", name="media_type", field=models.CharField(blank=True, max_length=80)
        ),
        migrations.AlterField(
            model_name="evidenceobject", name="md5", field=models.CharField(blank=True, max_length=32)
        ),
        migrations.AlterField(
            model_name="evidenceobject", name="sha1", field=models.CharField(blank=True, max_length=40)
        ),
        migrations.AlterField(
            model_name="evidenceobject", name="sha256", field=models.CharField(blank=True, max_length=64)
        ),
        migrations.RunPython(give_ends, migrations.RunPython.noop),
    ]
