"""Papers that say that a student owes nothing."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import debts.models.certificates


class Migration(migrations.Migration):
    dependencies = [
        ("debts", "0005_progress_of_long_sheets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Certificate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        default=debts.models.certificates.new_key,
                        editable=False,
                        max_length=30,
                    ),
                ),
                (
                    "student_number",
                    models.CharField(max_length=20, verbose_name="student number"),
                ),
                (
                    "national_number",
                    models.CharField(max_length=10, verbose_name="national number"),
                ),
                ("full_name", models.CharField(max_length=150, verbose_name="name")),
                ("issued_at", models.DateTimeField(verbose_name="issued at")),
                ("expires_at", models.DateTimeField(verbose_name="expires at")),
                (
                    "issued_to",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="issued to",
                    ),
                ),
            ],
            options={
                "verbose_name": "certificate of no debt",
                "verbose_name_plural": "certificates of no debt",
                "constraints": [
                    models.UniqueConstraint(
                        fields=["key"], name="certificate_key_once"
                    ),
                    models.CheckConstraint(
                        condition=Q(expires_at__gt=F("issued_at")),
                        name="certificate_expires_after_it_is_issued",
                    ),
                ],
            },
        ),
    ]
