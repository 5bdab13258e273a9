"""The database refuses a description without a latest end, and a destroyed object that is still described."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0003_end_of_descriptions"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="evidenceobject",
            index=models.Index(
                condition=models.Q(("state", "purged"), _negated=True), fields=["expires_at"], name="evidence_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="evidenceobject",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("mode", "seal"),
                        models.Q(("sealed_sha256", ""), _negated=True),
                        models.Q(("state", "described"), _negated=True),
                    ),
                    models.Q(("mode", "report_and_purge"), models.Q(("state", "sealed"), _negated=True)),
                    _connector="OR",
                ),
                name="evidence_mode_is_kept",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidenceobject",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("latest_end__isnull", True), ("mode", "seal")),
                    models.Q(
                        ("expires_at__lte", models.F("latest_end")),
                        ("latest_end__isnull", False),
                        ("mode", "report_and_purge"),
                    ),
                    _connector="OR",
                ),
                name="evidence_description_ends_in_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidenceobject",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "purged"), _negated=True),
                    models.Q(("md5", ""), ("media_type", ""), ("sha1", ""), ("sha256", ""), ("size", 0)),
                    _connector="OR",
                ),
                name="evidence_purged_is_forgotten",
            ),
        ),
    ]
