"""What is searched for folds the letters of Kurdish too; what is stored must follow."""

from django.db import migrations

LETTERS = str.maketrans({"ۆ": "و", "ێ": "ی", "ڕ": "ر", "ڵ": "ل", "ڤ": "و"})
PLACES = {"Faculty": [], "Unit": ["faculty"], "Subject": ["unit"]}


def fold(apps, schema_editor):
    for name, above in PLACES.items():
        rows = apps.get_model("catalog", name).objects
        for row in rows.filter(search_key__regex="[ۆێڕڵڤ]"):
            key = row.search_key.translate(LETTERS)
            place = {field: getattr(row, field) for field in above}
            # Titles that differ in such a letter alone stay as they are.
            if not rows.filter(search_key=key, **place).exists():
                rows.filter(pk=row.pk).update(search_key=key)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_catalogue_clerk")]

    operations = [migrations.RunPython(fold, migrations.RunPython.noop)]
