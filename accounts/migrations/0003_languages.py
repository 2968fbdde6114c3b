"""Payers choose their language, and messages to them are in it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_looking_up_people_and_messages"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="language",
            field=models.CharField(blank=True, max_length=2, verbose_name="language"),
        ),
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(
                blank=True,
                choices=[("fa", "فارسی"), ("en", "English")],
                max_length=2,
                verbose_name="language",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("language__in", ["", "fa", "en"])),
                name="user_language_is_known",
            ),
        ),
    ]
