"""A debt knows on which day its student is reminded of it next."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("debts", "0002_debts_clerk")]

    operations = [
        migrations.AddField(
            model_name="debt",
            name="remind_on",
            field=models.DateField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="debt",
            index=models.Index(
                condition=models.Q(("remind_on__isnull", False), ("state", "open")),
                fields=["remind_on"],
                name="debt_to_remind_of",
            ),
        ),
    ]
