"""Operators write the university's names, looks and terms, too."""

from django.db import migrations

OPERATORS = "راهبر سامانه"
RIGHTS = ["view_institution", "change_institution"]


def rights(apps):
    return apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="payment_portal", codename__in=RIGHTS
    )


def give(apps, schema_editor):
    # Staff may have given the group another name.
    for group in apps.get_model("auth", "Group").objects.filter(name=OPERATORS):
        group.permissions.add(*rights(apps))


def take(apps, schema_editor):
    for group in apps.get_model("auth", "Group").objects.filter(name=OPERATORS):
        group.permissions.remove(*rights(apps))


class Migration(migrations.Migration):
    dependencies = [("finance", "0005_roles")]

    operations = [migrations.RunPython(give, take)]
