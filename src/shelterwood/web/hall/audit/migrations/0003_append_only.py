"""From here on the database itself refuses to change, delete or cut off a line, whoever asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import migrations, models
from django.db.models import Q

if TYPE_CHECKING:
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_SQLITE = """
CREATE TRIGGER audit_line_no_update BEFORE UPDATE ON audit_line
BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;
CREATE TRIGGER audit_line_no_delete BEFORE DELETE ON audit_line
BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;
"""

_POSTGRESQL = """
CREATE FUNCTION audit_line_is_final() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the record is append-only'; END $$;
CREATE TRIGGER audit_line_no_change BEFORE UPDATE OR DELETE ON audit_line
FOR EACH ROW EXECUTE FUNCTION audit_line_is_final();
CREATE TRIGGER audit_line_no_truncate BEFORE TRUNCATE ON audit_line
FOR EACH STATEMENT EXECUTE FUNCTION audit_line_is_final();
"""


def guard(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        for statement in _SQLITE.strip().split("END;"):
            if statement.strip():
                editor.execute(f"{statement} END;")
    else:
        editor.execute(_POSTGRESQL)


def unguard(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "sqlite":
        editor.execute("DROP TRIGGER audit_line_no_update")
        editor.execute("DROP TRIGGER audit_line_no_delete")
    else:
        editor.execute("DROP TRIGGER audit_line_no_change ON audit_line")
        editor.execute("DROP TRIGGER audit_line_no_truncate ON audit_line")
        editor.execute("DROP FUNCTION audit_line_is_final()")


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_chain")]

    operations = [
        migrations.AlterField("Line", "seq", models.PositiveBigIntegerField(unique=True)),
        migrations.AlterField("Line", "previous", models.CharField(max_length=64)),
        migrations.AlterField("Line", "digest", models.CharField(max_length=64, unique=True)),
        migrations.RemoveIndex("Line", "line_of_object"),
        migrations.AddIndex("Line", models.Index(fields=["object_ref", "seq"], name="line_of_object")),
        migrations.AddIndex("Line", models.Index(fields=["actor", "seq"], name="line_of_actor")),
        migrations.AddIndex("Line", models.Index(fields=["action", "seq"], name="line_of_action")),
        migrations.AddIndex("Line", models.Index(fields=["recorded_at"], name="line_by_date")),
        migrations.AddConstraint("Line", models.CheckConstraint(condition=Q(seq__gte=1), name="line_counts_from_one")),
        migrations.AddConstraint(
            "Line",
            models.CheckConstraint(condition=Q(previous__length=64, digest__length=64), name="line_has_digests"),
        ),
        migrations.AddConstraint(
            "Line",
            models.CheckConstraint(condition=Q(personal="") | Q(personal__length=64), name="line_commits_whole"),
        ),
        # Last: on SQLite a later change of this table makes it anew, and must make these again.
        migrations.RunPython(guard, unguard),
    ]
