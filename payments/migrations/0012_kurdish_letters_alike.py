"""What is searched for folds the letters of Kurdish too; what is stored must follow."""

from functools import reduce

from django.db import migrations
from django.db.models import F, Value
from django.db.models.functions import Replace

from payments import triggers

LETTERS = {"ۆ": "و", "ێ": "ی", "ڕ": "ر", "ڵ": "ل", "ڤ": "و"}


def fold(apps, schema_editor):
    # A key is never changed by anything else.
    triggers.drop(schema_editor.connection.alias)
    key = reduce(
        lambda key, letter: Replace(key, Value(letter), Value(LETTERS[letter])),
        LETTERS,
        F("search_key"),
    )
    found = apps.get_model("payments", "Payment").objects.filter(
        search_key__regex="[ۆێڕڵڤ]"
    )
    found.update(search_key=key)
    triggers.create(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("payments", "0011_merchant_numbers_may_be_uuids")]

    operations = [migrations.RunPython(fold, migrations.RunPython.noop)]
