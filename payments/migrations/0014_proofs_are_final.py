"""A confirmed claim is final, and so is what a payment's receipt is found by."""

from django.db import migrations

from payments import triggers


def create_triggers(apps, schema_editor):
    # One that is there already is not made anew with more columns.
    triggers.drop(schema_editor.connection.alias)
    triggers.create(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("payments", "0013_words_of_states")]

    operations = [
        migrations.RunPython(create_triggers, migrations.RunPython.noop),
    ]
