"""The group of the staff who import debts, each for his units."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

CLERKS = "مسئول بدهی‌ها"
RIGHTS = ["import_debts", "view_batch", "view_debt", "view_debtevent"]


def make_group(apps, schema_editor):
    # Django makes permissions only after all migrations.
    debts = apps.get_app_config("debts")
    debts.models_module = True
    create_permissions(
        debts, verbosity=0, using=schema_editor.connection.alias, apps=apps
    )
    debts.models_module = None
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=CLERKS)
    group.permissions.set(
        apps.get_model("auth", "Permission").objects.filter(
            content_type__app_label="debts", codename__in=RIGHTS
        )
    )


def remove_group(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name=CLERKS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("debts", "0001_debts"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_group, remove_group)]
