"""What waits is counted by key from an index alone."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("scan", "0004_clocks_are_kept"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="waitingscan",
            index=models.Index(condition=models.Q(("state", "waiting")), fields=["key", "size"], name="waiting_of_key"),
        ),
    ]
