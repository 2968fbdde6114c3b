"""Who looks at a certificate of no debt is written down."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_second_factor"),
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
                    ("second_factor", "second factor given"),
                    ("second_factor_wrong", "second factor wrong"),
                    ("second_factor_set", "second factor set up"),
                    ("second_factor_reset", "second factor taken away"),
                    ("backup_codes_renewed", "backup codes renewed"),
                    ("rights_changed", "rights of a user changed"),
                    ("group_changed", "rights of a group changed"),
                    ("sessions_ended", "log-out of other devices"),
                    ("downloaded", "own data downloaded"),
                    ("exported", "data exported"),
                    ("user_seen", "user looked at"),
                    ("payment_seen", "payment looked at"),
                    ("debt_seen", "debt looked at"),
                    ("certificate_seen", "certificate looked at"),
                    ("message_seen", "message looked at"),
                    ("mobile_searched", "mobile searched for"),
                ],
                max_length=30,
                verbose_name="what happened",
            ),
        ),
    ]
