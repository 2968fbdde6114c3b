"""The group of those who read the security log; they change nothing."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

AUDITORS = "حسابرسی"


def make_group(apps, schema_editor):
    # Django makes permissions only after all migrations.
    accounts = apps.get_app_config("accounts")
    accounts.models_module = True
    create_permissions(
        accounts, verbosity=0, using=schema_editor.connection.alias, apps=apps
    )
    accounts.models_module = None
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=AUDITORS)
    group.permissions.add(
        apps.get_model("auth", "Permission").objects.get(
            content_type__app_label="accounts", codename="view_securityevent"
        )
    )


def remove_group(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name=AUDITORS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_security_log"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_group, remove_group)]
