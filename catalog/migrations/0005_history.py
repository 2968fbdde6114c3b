"""What is remembered of the catalogue and of duties begins with what is there."""

import django.core.validators
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from payment_portal.remembering import begin

NAMES = ["Faculty", "Unit", "Subject", "Duty"]


def begin_history(apps, schema_editor):
    for name in NAMES:
        rows = apps.get_model("catalog", name).objects.order_by("pk")
        begin(rows, apps.get_model("catalog", f"Historical{name}"))


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0004_duties'),
        ('finance', '0005_roles'),  # which gives duties
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalDuty',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('faculty', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='catalog.faculty', verbose_name='faculty')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='catalog.unit', verbose_name='unit')),
                ('user', models.ForeignKey(blank=True, db_constraint=False, limit_choices_to={'is_staff': True}, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='Officer')),
            ],
            options={
                'verbose_name': 'historical duty',
                'verbose_name_plural': 'historical duties',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
                'default_permissions': (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalFaculty',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('title', models.CharField(max_length=150, verbose_name='title')),
                ('position', models.PositiveIntegerField(default=0, help_text='The smaller number stands higher.', verbose_name='position')),
                ('is_active', models.BooleanField(default=True, help_text='Payers do not see what is switched off; nothing is deleted.', verbose_name='active')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical faculty or centre',
                'verbose_name_plural': 'historical faculties and centres',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
                'default_permissions': (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalSubject',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('title', models.CharField(max_length=150, verbose_name='title')),
                ('position', models.PositiveIntegerField(default=0, help_text='The smaller number stands higher.', verbose_name='position')),
                ('is_active', models.BooleanField(default=True, help_text='Payers do not see what is switched off; nothing is deleted.', verbose_name='active')),
                ('amount_rule', models.CharField(choices=[('free', 'Free'), ('bounded', 'Between two bounds'), ('fixed', 'Fixed')], default='free', max_length=10, verbose_name='rule for the amount')),
                ('min_amount', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='lowest amount (rial)')),
                ('max_amount', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='highest amount (rial)')),
                ('fixed_amount', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='fixed amount (rial)')),
                ('opens_at', models.DateTimeField(blank=True, help_text='Day and time of the Jalali calendar, like 1405/09/01 14:30.', null=True, verbose_name='opens at')),
                ('closes_at', models.DateTimeField(blank=True, help_text='Day and time of the Jalali calendar, like 1405/09/01 14:30.', null=True, verbose_name='closes at')),
                ('deposit_identifier', models.CharField(blank=True, help_text='Only where the treasury wants one; up to 30 digits.', max_length=30, validators=[django.core.validators.RegexValidator('\\A[0-9]+\\Z', 'Write digits only')], verbose_name='deposit identifier')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='catalog.unit', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'historical payment subject',
                'verbose_name_plural': 'historical payment subjects',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
                'default_permissions': (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalUnit',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('title', models.CharField(max_length=150, verbose_name='title')),
                ('position', models.PositiveIntegerField(default=0, help_text='The smaller number stands higher.', verbose_name='position')),
                ('is_active', models.BooleanField(default=True, help_text='Payers do not see what is switched off; nothing is deleted.', verbose_name='active')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField()),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('faculty', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='catalog.faculty', verbose_name='faculty')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'historical unit',
                'verbose_name_plural': 'historical units',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
                'default_permissions': (),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.RunPython(begin_history, migrations.RunPython.noop),
    ]
