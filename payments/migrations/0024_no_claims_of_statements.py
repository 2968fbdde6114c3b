"""No claim ever came from a bank's statement. The rows stay as they are."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0023_who_changed_a_terminal'),
    ]

    operations = [
        migrations.AlterField(
            model_name='claim',
            name='source',
            field=models.CharField(choices=[('callback', 'return from the bank'), ('inquiry', 'inquiry'), ('officer', 'officer')], max_length=10, verbose_name='source'),
        ),
    ]
