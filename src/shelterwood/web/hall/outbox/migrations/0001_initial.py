"""The first table of the outbox: jobs."""

import uuid

from django.db import migrations, models

import shelterwood.web.hall.outbox.states


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=80)),
                ("key", models.CharField(max_length=120)),
                ("payload", models.JSONField(default=dict)),
                ("remembered", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            (
                                shelterwood.web.hall.outbox.states.JobState["PENDING"],
                                shelterwood.web.hall.outbox.states.JobState["PENDING"],
                            ),
                            (
                                shelterwood.web.hall.outbox.states.JobState["RUNNING"],
                                shelterwood.web.hall.outbox.states.JobState["RUNNING"],
                            ),
                            (
                                shelterwood.web.hall.outbox.states.JobState["DONE"],
                                shelterwood.web.hall.outbox.states.JobState["DONE"],
                            ),
                            (
                                shelterwood.web.hall.outbox.states.JobState["DEAD"],
                                shelterwood.web.hall.outbox.states.JobState["DEAD"],
                            ),
                            (
                                shelterwood.web.hall.outbox.states.JobState["GIVEN_UP"],
                                shelterwood.web.hall.outbox.states.JobState["GIVEN_UP"],
                            ),
                        ],
                        default=shelterwood.web.hall.outbox.states.JobState["PENDING"],
                        max_length=8,
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("next_attempt_at", models.DateTimeField()),
                ("lease_until", models.DateTimeField(null=True)),
                ("last_reason", models.CharField(blank=True, default="", max_length=80)),
                ("created_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "state", "next_attempt_at"], name="job_by_turn")],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "key"), name="job_asked_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    shelterwood.web.hall.outbox.states.JobState["PENDING"],
                                    shelterwood.web.hall.outbox.states.JobState["RUNNING"],
                                    shelterwood.web.hall.outbox.states.JobState["DONE"],
                                    shelterwood.web.hall.outbox.states.JobState["DEAD"],
                                    shelterwood.web.hall.outbox.states.JobState["GIVEN_UP"],
                                ],
                            )
                        ),
                        name="job_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("lease_until__isnull", False),
                                ("state", shelterwood.web.hall.outbox.states.JobState["RUNNING"]),
                            ),
                            models.Q(
                                models.Q(
                                    ("state", shelterwood.web.hall.outbox.states.JobState["RUNNING"]), _negated=True
                                ),
                                ("lease_until__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="job_leased_while_running",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("finished_at__isnull", False),
                                (
                                    "state__in",
                                    [
                                        shelterwood.web.hall.outbox.states.JobState["DONE"],
                                        shelterwood.web.hall.outbox.states.JobState["DEAD"],
                                        shelterwood.web.hall.outbox.states.JobState["GIVEN_UP"],
                                    ],
                                ),
                            ),
                            models.Q(
                                models.Q(
                                    (
                                        "state__in",
                                        [
                                            shelterwood.web.hall.outbox.states.JobState["DONE"],
                                            shelterwood.web.hall.outbox.states.JobState["DEAD"],
                                            shelterwood.web.hall.outbox.states.JobState["GIVEN_UP"],
                                        ],
                                    ),
                                    _negated=True,
                                ),
                                ("finished_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="job_ended_once",
                    ),
                ],
            },
        ),
    ]
