from django.db import migrations, models


def fill(apps, schema_editor):
    # Until now a claim was confirmed only for the whole amount of its payment.
    claims = apps.get_model("payments", "Claim").objects.filter(state="confirmed")
    amounts = apps.get_model("payments", "Payment").objects.filter(
        pk=models.OuterRef("payment")
    )
    claims.update(confirmed_amount=models.Subquery(amounts.values("amount")))


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
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
