"""What is remembered of the catalogue, of duties and of rights never changes."""

from django.db import migrations

from payments import triggers


def create_triggers(apps, schema_editor):
    triggers.create(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0020_language_of_guests"),
        ("catalog", "0005_history"),
        ("accounts", "0009_history_of_rights"),
    ]

    operations = [migrations.RunPython(create_triggers, migrations.RunPython.noop)]
