from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0006_money_checks'),
    ]

    operations = [
        migrations.AddField(
            model_name='claim',
            name='confirmed_amount',
            field=models.BigIntegerField(null=True, verbose_name='confirmed amount (rial)'),
        ),
    ]
