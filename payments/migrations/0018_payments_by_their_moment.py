"""Reports read payments in the order of their one time."""

from django.db import migrations, models
from django.db.models.functions import Coalesce


class Migration(migrations.Migration):
    dependencies = [("payments", "0017_security_log_is_final")]

    operations = [
        migrations.AddIndex(
            model_name="payment",
            index=models.Index(
                Coalesce("paid_at", "created_at"),
                models.F("id"),
                name="payment_by_moment",
            ),
        ),
    ]
