"""The database refuses to change the security log, or to end a line before its time."""

from django.db import migrations

from payments import triggers


def create_triggers(apps, schema_editor):
    triggers.create(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0016_payments_of_debts"),
        ("accounts", "0004_security_log"),
    ]

    operations = [
        migrations.RunPython(create_triggers, migrations.RunPython.noop),
    ]
