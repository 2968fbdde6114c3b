# The catalogue, with what it may never hold.

import catalog.models.entries
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name='Faculty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=150, verbose_name='title')),
                ('search_key', catalog.models.entries.SearchKeyField(editable=False, max_length=250)),
                ('position', models.PositiveIntegerField(default=0, help_text='The smaller number stands higher.', verbose_name='position')),
                ('is_active', models.BooleanField(default=True, help_text='Payers do not see what is switched off; nothing is deleted.', verbose_name='active')),
            ],
            options={
                'verbose_name': 'faculty or centre',
                'verbose_name_plural': 'faculties and centres',
                'constraints': [models.CheckConstraint(condition=models.Q(('search_key', ''), _negated=True), name='faculty_has_a_title'), models.UniqueConstraint(fields=('search_key',), name='faculty_title_used_once')],
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=150, verbose_name='title')),
                ('search_key', catalog.models.entries.SearchKeyField(editable=False, max_length=250)),
                ('position', models.PositiveIntegerField(default=0, help_text='The smaller number stands higher.', verbose_name='position')),
                ('is_active', models.BooleanField(default=True, help_text='Payers do not see what is switched off; nothing is deleted.', verbose_name='active')),
                ('faculty', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='units', to='catalog.faculty', verbose_name='faculty')),
            ],
            options={
                'verbose_name': 'unit',
                'verbose_name_plural': 'units',
            },
        ),
        migrations.CreateModel(
            name='Subject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=150, verbose_name='title')),
                ('search_key', catalog.models.entries.SearchKeyField(editable=False, max_length=250)),
                ('position', models.PositiveIntegerField(default=0, help_text='The smaller number stands higher.', verbose_name='position')),
                ('is_active', models.BooleanField(default=True, help_text='Payers do not see what is switched off; nothing is deleted.', verbose_name='active')),
                ('amount_rule', models.CharField(choices=[('free', 'Free'), ('bounded', 'Between two bounds'), ('fixed', 'Fixed')], default='free', max_length=10, verbose_name='rule for the amount')),
                ('min_amount', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='lowest amount (rial)')),
                ('max_amount', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='highest amount (rial)')),
                ('fixed_amount', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='fixed amount (rial)')),
                ('opens_at', models.DateTimeField(blank=True, help_text='Day and time of the Jalali calendar, like 1405/09/01 14:30.', null=True, verbose_name='opens at')),
                ('closes_at', models.DateTimeField(blank=True, help_text='Day and time of the Jalali calendar, like 1405/09/01 14:30.', null=True, verbose_name='closes at')),
                ('deposit_identifier', models.CharField(blank=True, help_text='Only where the treasury wants one; up to 30 digits.', max_length=30, validators=[django.core.validators.RegexValidator('\\A[0-9]+\\Z', 'Write digits only')], verbose_name='deposit identifier')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='subjects', to='catalog.unit', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'payment subject',
                'verbose_name_plural': 'payment subjects',
            },
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.CheckConstraint(condition=models.Q(('search_key', ''), _negated=True), name='unit_has_a_title'),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.UniqueConstraint(fields=('faculty', 'search_key'), name='unit_title_used_once_in_its_faculty'),
        ),
        migrations.AddConstraint(
            model_name='subject',
            constraint=models.CheckConstraint(condition=models.Q(('search_key', ''), _negated=True), name='subject_has_a_title'),
        ),
        migrations.AddConstraint(
            model_name='subject',
            constraint=models.UniqueConstraint(fields=('unit', 'search_key'), name='subject_title_used_once_in_its_unit'),
        ),
        migrations.AddConstraint(
            model_name='subject',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount_rule', 'free'), ('fixed_amount', None), ('max_amount', None), ('min_amount', None)), models.Q(('amount_rule', 'bounded'), ('fixed_amount', None), ('max_amount__isnull', False), ('min_amount__isnull', False)), models.Q(('amount_rule', 'fixed'), ('fixed_amount__isnull', False), ('max_amount', None), ('min_amount', None)), _connector='OR'), name='subject_amounts_follow_its_rule', violation_error_message='Fill in the amounts that the rule needs, and no others'),
        ),
        migrations.AddConstraint(
            model_name='subject',
            constraint=models.CheckConstraint(condition=models.Q(('min_amount__gt', 0)), name='subject_min_amount_positive'),
        ),
        migrations.AddConstraint(
            model_name='subject',
            constraint=models.CheckConstraint(condition=models.Q(('fixed_amount__gt', 0)), name='subject_fixed_amount_positive'),
        ),
        migrations.AddConstraint(
            model_name='subject',
            constraint=models.CheckConstraint(condition=models.Q(('max_amount__gte', models.F('min_amount'))), name='subject_max_amount_not_below_min', violation_error_message='The highest amount must not be below the lowest'),
        ),
        migrations.AddConstraint(
            model_name='subject',
            constraint=models.CheckConstraint(condition=models.Q(('closes_at__gt', models.F('opens_at'))), name='subject_closes_after_it_opens', violation_error_message='It must close after it opens'),
        ),
    ]
