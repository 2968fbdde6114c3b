from django.db import migrations, models
from django.db.models import Q

STATES = [
    ("created", "توکن داده شد"),
    ("entered", "در صفحه پرداخت"),
    ("paid", "پول گرفته شد، بدون تأیید پذیرنده"),
    ("verified", "تأیید شد"),
    ("settled", "تأیید و تسویه شد"),
    ("reversed", "با درخواست پذیرنده برگشت خورد"),
    ("auto_returned", "خودکار به کارت برگشت"),
    ("cancelled", "پرداخت\u200cکننده انصراف داد"),
    ("failed", "ناموفق"),
    ("expired", "مهلت گذشت"),
]
OUTCOMES = {
    "OK": "success",
    "CanceledByUser": "cancel",
    "Failed": "wrong_pin",
    "SessionIsNull": "timeout",
}


def keep(apps, schema_editor):
    """All there is was SEP's."""
    for row in apps.get_model("sandbox", "Transaction").objects.all():
        row.terminal_number = row.terminal.number
        row.merchant = row.terminal.title
        row.back_by = "GET" if row.get_method else "POST"
        row.outcome = OUTCOMES.get(row.outcome, "")
        row.save()


def add(name, field):
    return migrations.AddField("transaction", name, field)


class Migration(migrations.Migration):
    dependencies = [("sandbox", "0002_world_and_terminals")]
    operations = [
        migrations.RemoveConstraint("transaction", "order_number_used_once"),
        migrations.RemoveConstraint("transaction", "receipt_number_used_once"),
        migrations.RenameField("transaction", "res_num", "order_number"),
        migrations.RenameField("transaction", "ref_num", "receipt_number"),
        migrations.RenameField("transaction", "redirect_url", "callback_url"),
        migrations.RenameField("transaction", "cell_number", "mobile"),
        add("psp", models.CharField(max_length=20, default="sep")),
        add("terminal_number", models.CharField(max_length=50, default="")),
        add("merchant", models.CharField(max_length=100, default="")),
        add("once", models.BooleanField(default=True)),
        add("deposit_identifier", models.CharField(max_length=50, blank=True, default="")),
        add("shares", models.JSONField(default=list)),
        add("facts", models.JSONField(default=dict)),
        add("back_by", models.CharField(max_length=4, default="POST")),
        add("settle_calls", models.IntegerField(default=0)),
        add("inquire_calls", models.IntegerField(default=0)),
        add("settled_at", models.DateTimeField(null=True)),
        add("due_at", models.DateTimeField(null=True, db_index=True)),
        add("due_state", models.CharField(max_length=20, blank=True, choices=STATES, default="")),
        migrations.RunPython(keep, migrations.RunPython.noop),
        migrations.RemoveField("transaction", "terminal"),
        migrations.RemoveField("transaction", "get_method"),
        migrations.RenameField("transaction", "terminal_number", "terminal"),
        migrations.DeleteModel("Terminal"),
        migrations.AlterField("transaction", "psp", models.CharField(max_length=20)),
        migrations.AlterField("transaction", "terminal", models.CharField(max_length=50)),
        migrations.AlterField("transaction", "merchant", models.CharField(max_length=100)),
        migrations.AlterField("transaction", "deposit_identifier", models.CharField(max_length=50, blank=True)),
        migrations.AlterField("transaction", "due_state", models.CharField(max_length=20, blank=True, choices=STATES)),
        migrations.AlterField("transaction", "order_number", models.CharField(max_length=100)),
        migrations.AlterField("transaction", "token", models.CharField(max_length=200)),
        migrations.AlterField("transaction", "state", models.CharField(max_length=20, choices=STATES, default="created")),
        migrations.AddConstraint("transaction", models.UniqueConstraint(
            fields=["psp", "terminal", "order_number"],
            condition=Q(once=True),
            name="order_number_used_once",
        )),
        migrations.AddConstraint("transaction", models.UniqueConstraint(
            fields=["psp", "token"], name="token_given_once"
        )),
        migrations.AddConstraint("transaction", models.UniqueConstraint(
            fields=["psp", "receipt_number"],
            condition=~Q(receipt_number=""),
            name="receipt_number_used_once",
        )),
        migrations.RemoveField("world", "repeat_verify"),
        migrations.RemoveField("world", "late_repeat_verify"),
        migrations.RemoveField("world", "repeat_detail"),
        migrations.CreateModel(
            name="Rule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("psp", models.CharField(max_length=20)),
                ("name", models.CharField(max_length=50)),
                ("value", models.JSONField()),
            ],
            options={"constraints": [
                models.UniqueConstraint(fields=["psp", "name"], name="rule_chosen_once")
            ]},
        ),
        migrations.AddField("fault", "psp", models.CharField(max_length=20, blank=True, default="")),
        migrations.AlterField("fault", "psp", models.CharField(max_length=20, blank=True)),
        migrations.AlterField("fault", "code", models.CharField(max_length=50, blank=True)),
    ]
