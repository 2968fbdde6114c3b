"""Links by which somebody without an account pays a debt."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

import debts.models.links


class Migration(migrations.Migration):
    dependencies = [
        ("debts", "0003_reminders"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PayLink",
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
                        default=debts.models.links.new_key,
                        editable=False,
                        max_length=30,
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="made at")),
                ("expires_at", models.DateTimeField(verbose_name="expires at")),
                (
                    "revoked_at",
                    models.DateTimeField(null=True, verbose_name="revoked at"),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="made by",
                    ),
                ),
                (
                    "debt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="debts.debt",
                        verbose_name="debt",
                    ),
                ),
            ],
            options={
                "verbose_name": "pay link",
                "verbose_name_plural": "pay links",
                "constraints": [
                    models.UniqueConstraint(fields=["key"], name="pay_link_key_once"),
                    models.UniqueConstraint(
                        fields=["debt"],
                        condition=Q(revoked_at__isnull=True),
                        name="pay_link_unrevoked_once_for_a_debt",
                    ),
                    models.CheckConstraint(
                        condition=Q(expires_at__gt=F("created_at")),
                        name="pay_link_expires_after_it_is_made",
                    ),
                ],
            },
        ),
    ]
