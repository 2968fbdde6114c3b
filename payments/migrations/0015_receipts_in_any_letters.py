"""Capitals and small letters make no other receipt."""

import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0014_proofs_are_final'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='claim',
            name='claim_receipt_held_once',
        ),
        migrations.AddConstraint(
            model_name='claim',
            constraint=models.UniqueConstraint(models.F('psp'), models.F('merchant_number'), django.db.models.functions.text.Upper('receipt_number'), condition=models.Q(('holds_receipt', True)), name='claim_receipt_held_once'),
        ),
    ]
