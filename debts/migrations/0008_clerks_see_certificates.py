"""Whoever imports debts finds the certificates of his students, too."""

from importlib import import_module

from django.contrib.auth.management import create_permissions
from django.db import migrations

CLERKS = import_module("debts.migrations.0002_debts_clerk").CLERKS


def _right(apps):
    permissions = apps.get_model("auth", "Permission").objects
    return permissions.filter(
        content_type__app_label="debts", codename="view_certificate"
    )


def give(apps, schema_editor):
    # Django makes permissions only after all migrations.
    debts = apps.get_app_config("debts")
    debts.models_module = True
    create_permissions(
        debts, verbosity=0, using=schema_editor.connection.alias, apps=apps
    )
    debts.models_module = None
    for group in apps.get_model("auth", "Group").objects.filter(name=CLERKS):
        group.permissions.add(*_right(apps))


def take(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name=CLERKS):
        group.permissions.remove(*_right(apps))


class Migration(migrations.Migration):
    dependencies = [("debts", "0007_instalments_and_links_of_staff")]

    operations = [migrations.RunPython(give, take)]
