"""A debt that was divided into instalments may still be cancelled with them."""

from django.db import migrations

from payments import triggers


def create_triggers(apps, schema_editor):
    # Those that are there already are not made anew with other words.
    triggers.drop(schema_editor.connection.alias)
    triggers.create(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [
        ("debts", "0007_instalments_and_links_of_staff"),
        ("payments", "0018_payments_by_their_moment"),
    ]

    operations = [
        migrations.RunPython(create_triggers, migrations.RunPython.noop),
    ]
