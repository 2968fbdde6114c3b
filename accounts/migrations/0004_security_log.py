"""The security log."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_languages"),
    ]

    operations = [
        migrations.CreateModel(
            name="SecurityEvent",
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
                ("at", models.DateTimeField(db_index=True, verbose_name="time")),
                (
                    "keep_until",
                    models.DateTimeField(db_index=True, verbose_name="kept until"),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("log_in", "log-in"),
                            ("log_in_failed", "log-in that failed"),
                            ("locked_out", "log-in that was locked"),
                            ("log_out", "log-out"),
                            ("sign_up", "new account"),
                            ("code_sign_up", "code to sign up"),
                            ("code_reset", "code for a new password"),
                            ("code_change_mobile", "code for a new mobile"),
                            ("code_wrong", "wrong code"),
                            ("limit_reached", "limit reached"),
                            ("password_wrong", "wrong password in the profile"),
                            ("password_reset", "forgotten password set anew"),
                            ("password_changed", "password changed"),
                            ("mobile_changed", "mobile changed"),
                            ("email_changed", "e-mail changed"),
                            ("email_confirmed", "e-mail confirmed"),
                            ("rights_changed", "rights of a user changed"),
                            ("group_changed", "rights of a group changed"),
                            ("exported", "data exported"),
                            ("user_seen", "user looked at"),
                            ("payment_seen", "payment looked at"),
                            ("debt_seen", "debt looked at"),
                            ("message_seen", "message looked at"),
                            ("mobile_searched", "mobile searched for"),
                        ],
                        max_length=30,
                        verbose_name="what happened",
                    ),
                ),
                (
                    "address",
                    models.GenericIPAddressField(verbose_name="network address"),
                ),
                (
                    "detail",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="what exactly"
                    ),
                ),
                (
                    "about",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="whose account",
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
            ],
            options={
                "verbose_name": "security event",
                "verbose_name_plural": "security log",
            },
        ),
    ]
