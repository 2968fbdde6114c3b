"""What somebody may do, remembered whenever it changes."""

from payment_portal.remembering import Records

RIGHTS = ["is_active", "is_staff", "is_superuser"]
PLAIN = {"is_active": True, "is_staff": False, "is_superuser": False}


class RightsRecords(Records):
    """For users: no sign-up and no log-in is kept, and nothing that is personal."""

    def post_save(self, instance, created, using=None, **kwargs):
        named = kwargs.get("update_fields")
        if named is not None and not set(RIGHTS) & set(named):
            return
        rights = {name: getattr(instance, name) for name in RIGHTS}
        is_plain = rights == PLAIN and not instance.history.exists()
        if not is_plain:
            super().post_save(instance, created, using, **kwargs)

    def m2m_changed(self, instance, action, attr, pk_set, reverse, **named):
        """Also for a group to which people are added."""
        people = [instance]
        if reverse and action.startswith("post_"):
            people = named["model"].objects.filter(pk__in=pk_set or ())
        for user in people:
            super().m2m_changed(user, action, attr, pk_set, reverse, **named)

    def is_news(self, instance):
        known = instance.history.order_by("-history_id").first()
        groups = set(instance.groups.values_list("pk", flat=True))
        before = set(known.groups.values_list("group", flat=True)) if known else set()
        return groups != before or super().is_news(instance)
