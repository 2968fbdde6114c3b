"""The group of the staff who look after payments; they change nothing."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

FINANCE = "امور مالی"
MODELS = ["payment", "paymentevent", "claim", "gatewaycall", "gatewaycallbody", "terminal"]


def make_group(apps, schema_editor):
    # Django makes permissions only after all migrations.
    payments = apps.get_app_config("payments")
    payments.models_module = True
    create_permissions(
        payments, verbosity=0, using=schema_editor.connection.alias, apps=apps
    )
    payments.models_module = None
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=FINANCE)
    group.permissions.set(
        apps.get_model("auth", "Permission").objects.filter(
            content_type__app_label="payments",
            codename__in=[f"view_{model}" for model in MODELS],
        )
    )


def remove_group(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name=FINANCE).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0002_triggers"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_group, remove_group)]
