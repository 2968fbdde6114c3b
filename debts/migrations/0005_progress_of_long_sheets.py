"""A long sheet is looked at by the worker, and its clerk sees how far that has come."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("debts", "0004_pay_links")]

    operations = [
        migrations.AddField(
            model_name="upload",
            name="is_long",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="upload",
            name="leased_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="upload",
            name="rows",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="upload",
            name="judged",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name="upload",
            name="look",
            field=models.JSONField(null=True),
        ),
        migrations.AddConstraint(
            model_name="upload",
            constraint=models.CheckConstraint(
                condition=Q(judged__lte=F("rows")), name="upload_judged_of_its_rows"
            ),
        ),
    ]
