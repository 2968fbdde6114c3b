"""What the database refuses beyond constraints; see payments/triggers.py."""

from django.db import migrations

from payments import triggers


def create(apps, schema_editor):
    triggers.create(schema_editor.connection.alias)


def drop(apps, schema_editor):
    triggers.drop(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_payments")]

    operations = [migrations.RunPython(create, drop)]
