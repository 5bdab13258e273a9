"""The database refuses a detection event without its clocks, and one that has ended and still says what it is about."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("scan", "0003_clocks"),
    ]

    operations = [
        migrations.AlterField(model_name="detection", name="prints_end_at", field=models.DateTimeField()),
        migrations.AlterField(model_name="detection", name="ends_at", field=models.DateTimeField()),
        migrations.AddIndex(
            model_name="detection",
            index=models.Index(
                condition=models.Q(("prints_ended_at", None)), fields=["prints_end_at"], name="detection_prints_to_end"
            ),
        ),
        migrations.AddIndex(
            model_name="detection",
            index=models.Index(condition=models.Q(("ended_at", None)), fields=["ends_at"], name="detection_to_end"),
        ),
        migrations.AddConstraint(
            model_name="detection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_at__gte", models.F("prints_end_at")), ("prints_end_at__gt", models.F("found_at"))
                ),
                name="detection_clocks_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="detection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("prints_ended_at", None),
                    models.Q(
                        ("format", ""),
                        ("md5", ""),
                        ("pdq", ""),
                        ("quality", None),
                        ("sha1", ""),
                        ("sha256", ""),
                        ("size", None),
                    ),
                    _connector="OR",
                ),
                name="detection_prints_are_forgotten",
            ),
        ),
        migrations.AddConstraint(
            model_name="detection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at", None),
                    models.Q(
                        ("account_mark", ""),
                        ("prints_ended_at__isnull", False),
                        models.Q(("hold", "held"), _negated=True),
                        models.Q(("item", ""), ("hold", "confirmed"), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="detection_ended_is_forgotten",
            ),
        ),
    ]
