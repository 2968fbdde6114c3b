"""Finance may look up a payer and see whether an SMS went out."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

FINANCE = "امور مالی"
RIGHTS = ["view_user", "view_message"]


def let_finance_see(apps, schema_editor):
    # Django makes permissions only after all migrations.
    accounts = apps.get_app_config("accounts")
    accounts.models_module = True
    create_permissions(
        accounts, verbosity=0, using=schema_editor.connection.alias, apps=apps
    )
    accounts.models_module = None
    rights = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="accounts", codename__in=RIGHTS
    )
    # Staff may have renamed the group since.
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=FINANCE)
    group.permissions.add(*rights)


class Migration(migrations.Migration):
    dependencies = [
        ("payments", "0007_claim_confirmed_amount"),
        ("accounts", "0001_initial"),
    ]

    operations = [migrations.RunPython(let_finance_see, migrations.RunPython.noop)]
