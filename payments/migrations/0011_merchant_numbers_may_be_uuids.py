from django.db import migrations, models

from payments import triggers


def create_triggers(apps, schema_editor):
    triggers.create(schema_editor.connection.alias)


def drop_triggers(apps, schema_editor):
    # SQLite rebuilds no table that a trigger names.
    triggers.drop(schema_editor.connection.alias)


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0010_terminals_and_routes'),
    ]

    operations = [
        migrations.RunPython(drop_triggers, create_triggers),
        migrations.AlterField(
            model_name='claim',
            name='merchant_number',
            field=models.CharField(max_length=36, verbose_name='merchant number'),
        ),
        migrations.AlterField(
            model_name='terminal',
            name='merchant_number',
            field=models.CharField(max_length=36, verbose_name='merchant number'),
        ),
        migrations.RunPython(create_triggers, drop_triggers),
    ]
