"""Detection events and their fingerprints get clocks: rows that are there, those that they would have got.

Every profile that has been shipped keeps for 12 months. A row here gets 365 days: never more than that.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import migrations, models
from django.db.models import F
from django.utils import timezone

if TYPE_CHECKING:
    from django.apps.registry import Apps as StateApps

LONGEST = timedelta(days=365)
UNDECIDED_FOR = timedelta(days=14)


def give_clocks(apps: StateApps, _editor: object) -> None:
    """Set ends; a row whose fingerprints are gone already says so."""
    rows = apps.get_model("scan", "Detection").objects
    rows.update(ends_at=F("found_at") + LONGEST)
    rows.filter(release_at=None).update(prints_end_at=F("found_at") + UNDECIDED_FOR)
    rows.filter(release_at__lte=F("ends_at")).update(prints_end_at=F("release_at"))
    rows.filter(release_at__gt=F("ends_at")).update(prints_end_at=F("ends_at"))
    gone = rows.filter(md5="", sha1="", sha256="", pdq="")
    gone.update(format="", size=None, quality=None, prints_ended_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("scan", "0002_waiting")]

    operations = [
        migrations.AddField(model_name="detection", name="prints_end_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="detection", name="prints_ended_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="detection", name="ends_at", field=models.DateTimeField(null=True)),
        migrations.AddField(model_name="detection", name="ended_at", field=models.DateTimeField(null=True)),
        migrations.RunPython(give_clocks, migrations.RunPython.noop),
    ]
