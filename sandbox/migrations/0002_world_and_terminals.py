from django.db import migrations


def create(apps, schema_editor):
    apps.get_model("sandbox", "World")(pk=1).save()
    terminals = apps.get_model("sandbox", "Terminal").objects
    terminals.create(number="2015", title="درآمدهای اختصاصی دانشگاه کردستان")
    terminals.create(number="2099", title="پایانه غیرفعال", is_active=False)


class Migration(migrations.Migration):
    dependencies = [("sandbox", "0001_initial")]
    operations = [migrations.RunPython(create, migrations.RunPython.noop)]
