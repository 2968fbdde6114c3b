"""The group of the staff who keep the catalogue."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

CLERKS = "مسئول فهرست پرداخت‌ها"
ACTIONS = ["view", "add", "change"]  # rows are switched off, not deleted
MODELS = ["faculty", "unit", "subject"]


def make_group(apps, schema_editor):
    # Django makes permissions only after all migrations.
    catalog = apps.get_app_config("catalog")
    catalog.models_module = True
    create_permissions(
        catalog, verbosity=0, using=schema_editor.connection.alias, apps=apps
    )
    catalog.models_module = None
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=CLERKS)
    group.permissions.set(
        apps.get_model("auth", "Permission").objects.filter(
            content_type__app_label="catalog",
            codename__in=[f"{action}_{model}" for action in ACTIONS for model in MODELS],
        )
    )


def remove_group(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name=CLERKS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0001_faculties_units_subjects"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_group, remove_group)]
