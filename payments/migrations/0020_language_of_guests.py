"""Whoever pays by a link is written to in the language of his page."""

from django.db import migrations, models

from payments import triggers


def drop_triggers(apps, schema_editor):
    # SQLite builds the table anew, and others' triggers ask it.
    triggers.drop(schema_editor.connection.alias)


def create_triggers(apps, schema_editor):
    triggers.create(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("payments", "0019_divided_debts")]

    operations = [
        migrations.RunPython(drop_triggers, create_triggers),
        migrations.AddField(
            model_name="payment",
            name="language",
            field=models.CharField(blank=True, editable=False, max_length=2),
        ),
        migrations.RunPython(create_triggers, drop_triggers),
    ]
