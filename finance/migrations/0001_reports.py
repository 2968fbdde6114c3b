from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = [("payments", "0001_payments")]

    operations = [
        migrations.CreateModel(
            name="Report",
            fields=[],
            options={
                "verbose_name": "report",
                "verbose_name_plural": "Reports of payments",
                "permissions": [("export", "Can export reports")],
                "proxy": True,
                "default_permissions": (),
                "indexes": [],
                "constraints": [],
            },
            bases=("payments.payment",),
        ),
    ]
