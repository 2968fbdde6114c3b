"""Fewer indexes for a payment to write, and some for what staff and monitors ask."""

import django.db.models.deletion
import payments.numbers
from django.conf import settings
from django.db import migrations, models

from payments import triggers


def create_triggers(apps, schema_editor):
    triggers.create(schema_editor.connection.alias)


def drop_triggers(apps, schema_editor):
    # SQLite rebuilds no table that a trigger names.
    triggers.drop(schema_editor.connection.alias)


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0002_catalogue_clerk'),
        ('payments', '0008_finance_sees_messages'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(drop_triggers, create_triggers),
        migrations.RemoveIndex(
            model_name='payment',
            name='payment_by_reference',
        ),
        migrations.RemoveIndex(
            model_name='payment',
            name='payment_by_tracking',
        ),
        # Django takes this one for the index that goes, and drops it on PostgreSQL.
        migrations.RemoveConstraint(
            model_name='claim',
            name='claim_confirmed_once_a_payment',
        ),
        migrations.AlterField(
            model_name='claim',
            name='payment',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='claims', to='payments.payment', verbose_name='payment'),
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'confirmed')), fields=('payment',), name='claim_confirmed_once_a_payment'),
        ),
        migrations.AlterField(
            model_name='payment',
            name='callback_key',
            field=models.CharField(default=payments.numbers.new_key, editable=False, max_length=40),
        ),
        migrations.AlterField(
            model_name='payment',
            name='order_number',
            field=models.CharField(default=payments.numbers.new_order_number, max_length=12, verbose_name='order number'),
        ),
        migrations.AlterField(
            model_name='payment',
            name='payer',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='payments', to=settings.AUTH_USER_MODEL, verbose_name='payer'),
        ),
        migrations.AlterField(
            model_name='payment',
            name='subject',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.subject', verbose_name='subject'),
        ),
        migrations.AlterField(
            model_name='payment',
            name='submission_key',
            field=models.CharField(max_length=40),
        ),
        migrations.AlterField(
            model_name='payment',
            name='verify_code',
            field=models.CharField(default=payments.numbers.new_code, max_length=10, verbose_name='receipt code'),
        ),
        migrations.AlterField(
            model_name='payment',
            name='verify_key',
            field=models.CharField(default=payments.numbers.new_key, editable=False, max_length=40),
        ),
        migrations.AlterField(
            model_name='paymentevent',
            name='actor',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who'),
        ),
        migrations.AlterField(
            model_name='paymentevent',
            name='claim',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.claim', verbose_name='claim'),
        ),
        migrations.AlterField(
            model_name='paymentevent',
            name='payment',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='payments.payment', verbose_name='payment'),
        ),
        migrations.AddIndex(
            model_name='claim',
            index=models.Index(condition=models.Q(('state__in', ['new', 'unknown', 'reversing'])), fields=['created_at'], name='claim_unanswered'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(fields=['subject', '-created_at'], name='payment_by_subject'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(condition=models.Q(('state__in', ['started', 'at_bank', 'checking', 'review'])), fields=['state'], name='payment_unfinished'),
        ),
        migrations.AddIndex(
            model_name='payment',
            index=models.Index(condition=models.Q(('state', 'review')), fields=['created_at'], name='payment_in_review'),
        ),
        migrations.AddIndex(
            model_name='paymentevent',
            index=models.Index(condition=models.Q(('is_alarm', True)), fields=['at'], name='payment_event_alarms'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(fields=('order_number',), name='payment_order_number_once'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(fields=('submission_key',), name='payment_submission_key_once'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(fields=('callback_key',), name='payment_callback_key_once'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(fields=('verify_key',), name='payment_verify_key_once'),
        ),
        migrations.AddConstraint(
            model_name='payment',
            constraint=models.UniqueConstraint(fields=('verify_code',), name='payment_verify_code_once'),
        ),
        migrations.RunPython(create_triggers, drop_triggers),
    ]
