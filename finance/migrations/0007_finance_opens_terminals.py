"""Operators set terminals up; central finance, and they no more, opens them."""

from django.db import migrations

OPERATORS, CENTRAL = "راهبر سامانه", "امور مالی مرکزی"


def right(apps):
    return apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label="payments", codename="open_terminal"
    )


def groups(apps, name):
    # Staff may have given the group another name.
    return apps.get_model("auth", "Group").objects.filter(name=name)


def move(apps, schema_editor):
    for group in groups(apps, OPERATORS):
        group.permissions.remove(*right(apps))
    for group in groups(apps, CENTRAL):
        group.permissions.add(*right(apps))


def back(apps, schema_editor):
    for group in groups(apps, OPERATORS):
        group.permissions.add(*right(apps))


class Migration(migrations.Migration):
    dependencies = [("finance", "0006_operators_keep_the_institution")]

    operations = [migrations.RunPython(move, back)]
