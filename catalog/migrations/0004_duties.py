"""For which places staff work: below everybody who asks (see debts 0009)."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0003_kurdish_letters_alike'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Duty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('faculty', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.faculty', verbose_name='faculty')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.unit', verbose_name='unit')),
                ('user', models.ForeignKey(limit_choices_to={'is_staff': True}, on_delete=django.db.models.deletion.CASCADE, related_name='duties', to=settings.AUTH_USER_MODEL, verbose_name='Officer')),
            ],
            options={
                'verbose_name': 'duty',
                'verbose_name_plural': 'duties',
                'permissions': [('all_units', 'Works for all units')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('faculty__isnull', False), ('unit__isnull', True)), models.Q(('faculty__isnull', True), ('unit__isnull', False)), _connector='OR'), name='duty_is_for_a_faculty_or_a_unit', violation_error_message='Choose either a faculty or a unit'), models.UniqueConstraint(condition=models.Q(('faculty__isnull', False)), fields=('user', 'faculty'), name='duty_of_a_faculty_once'), models.UniqueConstraint(condition=models.Q(('unit__isnull', False)), fields=('user', 'unit'), name='duty_of_a_unit_once')],
            },
        ),
    ]
