"""A hold has a reason and a person; holds from before have neither, and say that only the custody record knows them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        # True for the rows that are there: nobody is named in them.
        migrations.AddField(model_name="evidencehold", name="from_custody", field=models.BooleanField(default=True)),
        migrations.AlterField(model_name="evidencehold", name="from_custody", field=models.BooleanField(default=False)),
        migrations.AddField(
            model_name="evidencehold", name="lifted_because", field=models.CharField(blank=True, max_length=20)
        ),
        migrations.AddField(
            model_name="evidencehold",
            name="lifted_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="evidencehold", name="reason", field=models.CharField(blank=True, max_length=20)
        ),
        migrations.AddField(
            model_name="evidencehold",
            name="set_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="evidencehold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("from_custody", True),
                    models.Q(("reason__in", ["redress", "investigation", "proceedings"]), ("set_by__isnull", False)),
                    _connector="OR",
                ),
                name="evidence_hold_has_reason_and_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="evidencehold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("lifted_because", ""),
                    models.Q(("lifted_at__isnull", False), ("lifted_because__in", ["withdrawn", "mistaken"])),
                    _connector="OR",
                ),
                name="evidence_hold_lifting_says_why",
            ),
        ),
    ]
