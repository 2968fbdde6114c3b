"""A payment may be for a debt, and at most one of a debt's is at the bank."""

import django.db.models.deletion
from django.db import migrations, models

from payments import triggers


def create_triggers(apps, schema_editor):
    # One that is there already is not made anew with more columns.
    triggers.drop(schema_editor.connection.alias)
    triggers.create(schema_editor.connection.alias)


def drop_triggers(apps, schema_editor):
    # One of them names a column that is about to go.
    triggers.drop(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [
        ("debts", "0002_debts_clerk"),
        ("payments", "0015_receipts_in_any_letters"),
    ]

    operations = [
        migrations.RunPython(migrations.RunPython.noop, create_triggers),
        migrations.AddField(
            model_name="payment",
            name="debt",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="payments",
                to="debts.debt",
                verbose_name="debt",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("debt__isnull", False), ("state__in", ["started", "at_bank"])
                ),
                fields=("debt",),
                name="payment_at_large_once_for_a_debt",
            ),
        ),
        migrations.RunPython(create_triggers, drop_triggers),
    ]
