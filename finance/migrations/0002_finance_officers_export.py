"""Officers of finance may take reports away."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

FINANCE = "امور مالی"


def let_finance_export(apps, schema_editor):
    # Django makes permissions only after all migrations.
    finance = apps.get_app_config("finance")
    finance.models_module = True
    create_permissions(
        finance, verbosity=0, using=schema_editor.connection.alias, apps=apps
    )
    finance.models_module = None
    right = apps.get_model("auth", "Permission").objects.get(
        content_type__app_label="finance", codename="export"
    )
    # Staff may have renamed the group since.
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=FINANCE)
    group.permissions.add(right)


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0001_reports"),
        ("payments", "0008_finance_sees_messages"),
    ]

    operations = [migrations.RunPython(let_finance_export, migrations.RunPython.noop)]
