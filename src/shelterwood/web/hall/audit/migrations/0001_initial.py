"""The first table of the record: its lines, append-only."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Line",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("action", models.CharField(max_length=80)),
                ("actor", models.CharField(max_length=80)),
                ("object_ref", models.CharField(blank=True, max_length=120)),
                ("codes", models.JSONField(default=dict)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["object_ref", "id"], name="line_of_object")],
            },
        ),
    ]
