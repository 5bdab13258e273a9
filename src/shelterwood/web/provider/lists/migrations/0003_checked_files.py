"""What the files of a version were when they were checked whole. Of versions made before, nobody has said so yet."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lists", "0002_asked_imports"),
    ]

    operations = [
        migrations.AddField(
            model_name="listversion",
            name="files_checked_by",
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AddField(
            model_name="listversion",
            name="files_digest",
            field=models.CharField(blank=True, max_length=64),
        ),
    ]
