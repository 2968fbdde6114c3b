"""Six roles: who works for the whole, and who for the places of his duties.

What was «امور مالی» is central finance from now on; those of its officers who were tied
to places see what they saw before as finance of their units. Clerks of the catalogue,
who kept all of it, get a duty for each faculty.
"""

from django.contrib.auth.management import create_permissions
from django.db import migrations

CLERKS, DEBTS = "مسئول فهرست پرداخت‌ها", "مسئول بدهی‌ها"
FINANCE, CENTRAL, UNIT = "امور مالی", "امور مالی مرکزی", "امور مالی واحد"
AUDITORS, OPERATORS = "حسابرسی", "راهبر سامانه"
APPS = [
    *("payment_portal", "auth", "accounts", "catalog", "debts", "payments", "finance"),
]
# What nobody needs to look at: what log-in keeps for itself.
UNSEEN = ["limit", "mobilecode", "session", "signup", "permission"]

MONEY = [
    *("view_payment", "view_paymentevent", "view_claim"),
    *("view_gatewaycall", "view_gatewaycallbody"),
]
DECIDING = ["view_decision", "add_decision", "add_acknowledgement"]
OWED = ["view_batch", "view_debt", "view_debtevent"]
PLACES = ["view_faculty", "view_unit", "view_subject"]
NOTICES = ["view_notice", "add_notice", "change_notice", "delete_notice"]
TERMINALS = ["view_terminal", "add_terminal", "change_terminal", "open_terminal"]


def rights(apps, **wanted):
    """The rights of these names, app by app."""
    Permission = apps.get_model("auth", "Permission")
    found = Permission.objects.none()
    for app, names in wanted.items():
        found |= Permission.objects.filter(
            content_type__app_label=app, codename__in=names
        )
    return found


def make_roles(apps, schema_editor):
    make_permissions(apps, schema_editor)
    Group = apps.get_model("auth", "Group")
    if not Group.objects.filter(name=CENTRAL).exists():
        # Staff may have renamed the group since.
        Group.objects.filter(name=FINANCE).update(name=CENTRAL)
    whole = {"catalog": ["all_units"]}
    decided = {"payments": [*MONEY, *DECIDING, "view_terminal", "open_terminal"]}
    add(apps, CENTRAL, accounts=["view_user", "view_message"], debts=OWED,
        finance=["export", "order"], **decided, **whole)
    add(apps, UNIT, payments=MONEY, debts=OWED, finance=["export", "order"])
    add(apps, OPERATORS, payments=[*MONEY, *TERMINALS], accounts=["view_message"],
        catalog=[*PLACES, "all_units"], payment_portal=NOTICES)
    add(apps, AUDITORS, finance=["export"], **whole)
    group = Group.objects.get(name=AUDITORS)
    seen = apps.get_model("auth", "Permission").objects.filter(
        content_type__app_label__in=APPS, codename__startswith="view_"
    )
    group.permissions.add(*seen.exclude(content_type__model__in=UNSEEN))


def add(apps, name, **wanted):
    group, _ = apps.get_model("auth", "Group").objects.get_or_create(name=name)
    group.permissions.add(*rights(apps, **wanted))


def make_permissions(apps, schema_editor):
    # Django makes permissions only after all migrations.
    for label in APPS:
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(
            config, verbosity=0, using=schema_editor.connection.alias, apps=apps
        )
        config.models_module = None


def keep_what_people_do(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Duty = apps.get_model("catalog", "Duty")
    central, unit = (Group.objects.get(name=name) for name in (CENTRAL, UNIT))
    for user in central.user_set.filter(pk__in=Duty.objects.values("user")):
        user.groups.remove(central)
        user.groups.add(unit)
    faculties = list(apps.get_model("catalog", "Faculty").objects.all())
    clerks = Group.objects.filter(name=CLERKS).values("user")
    people = apps.get_model("accounts", "User").objects.filter(pk__in=clerks)
    for user in people.exclude(pk__in=Duty.objects.values("user")):
        Duty.objects.bulk_create(Duty(user=user, faculty=one) for one in faculties)


def back(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    Group.objects.filter(name=CENTRAL).update(name=FINANCE)
    Group.objects.filter(name__in=[UNIT, OPERATORS]).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0004_reports_by_mail"),
        ("payments", "0019_divided_debts"),
        ("debts", "0009_duties_move"),
        ("catalog", "0004_duties"),
        ("accounts", "0008_certificates_are_seen"),
        ("payment_portal", "0001_institution_and_notices"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="report",
            options={
                "default_permissions": (),
                "permissions": [
                    ("export", "Can export reports"),
                    ("order", "Can have receipts and reports made"),
                ],
                "verbose_name": "report",
                "verbose_name_plural": "Reports of payments",
            },
        ),
        migrations.RunPython(make_roles, back),
        migrations.RunPython(keep_what_people_do, migrations.RunPython.noop),
    ]
