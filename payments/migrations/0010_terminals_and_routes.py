"""Terminals of units, with limits and faults; a second attempt of a submission."""

from django.conf import settings
from django.db import migrations, models

from payments import triggers

FINANCE = "امور مالی"


def create_triggers(apps, schema_editor):
    triggers.create(schema_editor.connection.alias)


def drop_triggers(apps, schema_editor):
    # SQLite rebuilds no table that a trigger names.
    triggers.drop(schema_editor.connection.alias)


def let_finance_close_terminals(apps, schema_editor):
    kind, _ = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="payments", model="terminal"
    )
    right, _ = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind,
        codename="open_terminal",
        defaults={"name": "Can open and close terminals"},
    )
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=FINANCE)
    group.permissions.add(right)


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0002_catalogue_clerk'),
        ('payments', '0009_indexes_that_are_used'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(drop_triggers, create_triggers),
        migrations.AlterModelOptions(
            name='terminal',
            options={'permissions': [('open_terminal', 'Can open and close terminals')], 'verbose_name': 'terminal', 'verbose_name_plural': 'terminals'},
        ),
        migrations.RemoveConstraint(
            model_name='payment',
            name='payment_submission_key_once',
        ),
        migrations.AddField(
            model_name='payment',
            name='attempt',
            field=models.PositiveSmallIntegerField(default=1, editable=False),
        ),
        migrations.AddField(
            model_name='terminal',
            name='fault',
            field=models.CharField(blank=True, editable=False, max_length=100, verbose_name='fault of its set-up'),
        ),
        migrations.AddField(
            model_name='terminal',
            name='max_amount',
            field=models.BigIntegerField(blank=True, null=True, verbose_name='largest amount (rial)'),
        ),
        migrations.AddField(
            model_name='terminal',
            name='min_amount',
            field=models.BigIntegerField(blank=True, null=True, verbose_name='smallest amount (rial)'),
        ),
        migrations.AddField(
            model_name='terminal',
            name='units',
            field=models.ManyToManyField(blank=True, related_name='terminals', to='catalog.unit', verbose_name='only for these units'),
        ),
        migrations.AlterField(
            model_name='gatewaycall',
            name='operation',
            field=models.CharField(choices=[('start', 'token'), ('verify', 'verify'), ('reverse', 'give back'), ('inquire', 'inquiry'), ('settle', 'settlement call')], max_length=10, verbose_name='operation'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(fields=('submission_key', 'attempt'), name='payment_submission_key_once'),
        ),
        migrations.AddConstraint(
            model_name='terminal',
            constraint=models.CheckConstraint(condition=models.Q(('min_amount', None), ('min_amount__gt', 0), _connector='OR'), name='terminal_smallest_amount_positive'),
        ),
        migrations.AddConstraint(
            model_name='terminal',
            constraint=models.CheckConstraint(condition=models.Q(('min_amount', None), ('max_amount', None), ('max_amount__gte', models.F('min_amount')), _connector='OR'), name='terminal_amounts_in_order'),
        ),
        migrations.AddConstraint(
            model_name='terminal',
            constraint=models.CheckConstraint(condition=models.Q(('is_open', False), ('fault', ''), _connector='OR'), name='terminal_with_fault_closed'),
        ),
        migrations.RunPython(create_triggers, drop_triggers),
        migrations.RunPython(
            let_finance_close_terminals, migrations.RunPython.noop
        ),
    ]
