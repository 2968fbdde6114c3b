"""Sessions say whose they are, so that their owner can end them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_auditors"),
    ]

    operations = [
        migrations.AlterField(
            model_name="securityevent",
            name="kind",
            field=models.CharField(
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
                    ("sessions_ended", "log-out of other devices"),
                    ("downloaded", "own data downloaded"),
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
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(
                        max_length=40,
                        primary_key=True,
                        serialize=False,
                        verbose_name="session key",
                    ),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                (
                    "expire_date",
                    models.DateTimeField(db_index=True, verbose_name="expire date"),
                ),
                (
                    "browser",
                    models.CharField(blank=True, max_length=40, verbose_name="browser"),
                ),
                ("seen_at", models.DateTimeField(null=True, verbose_name="last seen")),
                ("ends_at", models.DateTimeField(null=True, verbose_name="ends at")),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sessions",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("user", None),
                            models.Q(
                                ("ends_at__isnull", False), ("seen_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="session_of_a_user_has_its_times",
                    )
                ],
            },
        ),
    ]
