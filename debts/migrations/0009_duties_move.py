"""Duties move to the catalogue, with their numbers: the log of the admin names them."""

from django.core.management.color import no_style
from django.db import migrations


def move(apps, schema_editor, old, new):
    Old, New = apps.get_model(old, "Duty"), apps.get_model(new, "Duty")
    columns = ("id", "user_id", "faculty_id", "unit_id")
    New.objects.bulk_create([New(**row) for row in Old.objects.values(*columns)])
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        for sql in connection.ops.sequence_reset_sql(no_style(), [New]):
            cursor.execute(sql)
    kinds = apps.get_model("contenttypes", "ContentType").objects.filter(model="duty")
    if not kinds.filter(app_label=new).exists():
        kinds.filter(app_label=old).update(app_label=new)


def to_catalogue(apps, schema_editor):
    move(apps, schema_editor, "debts", "catalog")


def back(apps, schema_editor):
    move(apps, schema_editor, "catalog", "debts")


class Migration(migrations.Migration):
    dependencies = [
        ("debts", "0008_clerks_see_certificates"),
        ("catalog", "0004_duties"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RunPython(to_catalogue, back),
        migrations.DeleteModel(name="Duty"),
    ]
