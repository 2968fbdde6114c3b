"""A debt that was divided into instalments may become whole again."""

from django.db import migrations

from payments import triggers


def create_triggers(apps, schema_editor):
    # Those that are there already are not made anew with other words.
    triggers.drop(schema_editor.connection.alias)
    triggers.create(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("payments", "0021_history_is_final")]

    operations = [
        migrations.RunPython(create_triggers, migrations.RunPython.noop),
    ]
