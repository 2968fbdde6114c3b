"""Debts in instalments, pay links of the staff, reminders that a batch switches off."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0003_kurdish_letters_alike'),
        ('debts', '0006_certificates'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='debt',
            name='debt_state_follows_what_is_paid',
        ),
        migrations.RemoveConstraint(
            model_name='debtevent',
            name='debt_event_kind_known',
        ),
        migrations.AddField(
            model_name='batch',
            name='reminds',
            field=models.BooleanField(default=True, verbose_name='reminders by SMS'),
        ),
        migrations.AddField(
            model_name='batch',
            name='upload_key',
            field=models.UUIDField(editable=False, null=True, unique=True),
        ),
        migrations.AddField(
            model_name='debt',
            name='instalment',
            field=models.CharField(blank=True, max_length=7, verbose_name='instalment'),
        ),
        migrations.AddField(
            model_name='debt',
            name='whole',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='instalments', to='debts.debt', verbose_name='divided debt'),
        ),
        migrations.AddField(
            model_name='upload',
            name='promise',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='upload',
            name='reminds',
            field=models.BooleanField(default=True, verbose_name='reminders by SMS'),
        ),
        migrations.AlterField(
            model_name='debt',
            name='state',
            field=models.CharField(choices=[('open', 'Not paid yet'), ('paid', 'Paid'), ('cancelled', 'Cancelled'), ('split', 'Divided into instalments')], default='open', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='debtevent',
            name='kind',
            field=models.CharField(choices=[('stored', 'Stored'), ('changed', 'Changed'), ('cancelled', 'Cancelled'), ('paid', 'Paid'), ('split', 'Divided into instalments'), ('reminded', 'Reminded'), ('linked', 'Pay link given out'), ('unlinked', 'Pay link closed')], max_length=10, verbose_name='what happened'),
        ),
        migrations.AddIndex(
            model_name='debt',
            index=models.Index(condition=models.Q(('whole__isnull', False)), fields=['whole'], name='debt_instalments'),
        ),
        migrations.AddConstraint(
            model_name='debt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('paid_amount__lt', models.F('amount')), ('state', 'open')), models.Q(('paid_amount', models.F('amount')), ('state', 'paid')), models.Q(('paid_amount', 0), ('state__in', ['cancelled', 'split'])), _connector='OR'), name='debt_state_follows_what_is_paid'),
        ),
        migrations.AddConstraint(
            model_name='debt',
            constraint=models.CheckConstraint(condition=models.Q(('whole__isnull', True), models.Q(models.Q(('instalment', ''), _negated=True), models.Q(('state', 'split'), _negated=True)), _connector='OR'), name='debt_instalment_is_not_divided_again'),
        ),
        migrations.AddConstraint(
            model_name='debtevent',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['stored', 'changed', 'cancelled', 'paid', 'split', 'reminded', 'linked', 'unlinked'])), name='debt_event_kind_known'),
        ),
    ]
