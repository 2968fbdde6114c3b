"""The second factor of staff."""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0006_sessions_of_users'),
    ]

    operations = [
        migrations.CreateModel(
            name='Authenticator',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='authenticator', serialize=False, to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('key', models.CharField(max_length=200)),
                ('last_step', models.BigIntegerField()),
                ('salt', models.CharField(max_length=32)),
                ('confirmed_at', models.DateTimeField(verbose_name='set up at')),
            ],
            options={
                'verbose_name': 'second factor',
                'verbose_name_plural': 'second factors',
                'default_permissions': (),
            },
        ),
        migrations.AlterField(
            model_name='securityevent',
            name='kind',
            field=models.CharField(choices=[('log_in', 'log-in'), ('log_in_failed', 'log-in that failed'), ('locked_out', 'log-in that was locked'), ('log_out', 'log-out'), ('sign_up', 'new account'), ('code_sign_up', 'code to sign up'), ('code_reset', 'code for a new password'), ('code_change_mobile', 'code for a new mobile'), ('code_wrong', 'wrong code'), ('limit_reached', 'limit reached'), ('password_wrong', 'wrong password in the profile'), ('password_reset', 'forgotten password set anew'), ('password_changed', 'password changed'), ('mobile_changed', 'mobile changed'), ('email_changed', 'e-mail changed'), ('email_confirmed', 'e-mail confirmed'), ('second_factor', 'second factor given'), ('second_factor_wrong', 'second factor wrong'), ('second_factor_set', 'second factor set up'), ('second_factor_reset', 'second factor taken away'), ('backup_codes_renewed', 'backup codes renewed'), ('rights_changed', 'rights of a user changed'), ('group_changed', 'rights of a group changed'), ('sessions_ended', 'log-out of other devices'), ('downloaded', 'own data downloaded'), ('exported', 'data exported'), ('user_seen', 'user looked at'), ('payment_seen', 'payment looked at'), ('debt_seen', 'debt looked at'), ('message_seen', 'message looked at'), ('mobile_searched', 'mobile searched for')], max_length=30, verbose_name='what happened'),
        ),
        migrations.CreateModel(
            name='BackupCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mac', models.CharField(max_length=64)),
                ('used_at', models.DateTimeField(null=True)),
                ('authenticator', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='backup_codes', to='accounts.authenticator')),
            ],
            options={
                'verbose_name': 'backup code',
                'verbose_name_plural': 'backup codes',
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('authenticator', 'mac'), name='backup_code_is_given_once'), models.CheckConstraint(condition=models.Q(django.db.models.lookups.Exact(django.db.models.functions.text.Length('mac'), 64)), name='backup_code_is_stored_as_a_hash')],
            },
        ),
    ]
