"""Which users are which students."""

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import security
from accounts.security import Kind
from accounts.watching import Watched
from debts.identity import take_away
from debts.models import Identity
from payment_portal.admin_jalali import jalali
from payment_portal.admin_lookups import FiltersOnly


@admin.register(Identity)
class IdentityAdmin(Watched, FiltersOnly, admin.ModelAdmin):
    """An identity is proved, not given; one proved by mistake can be taken away."""

    seen = Kind.IDENTITY_SEEN
    actions = None  # each is taken away by itself, with a line in the log
    list_display = fields = [
        *("user", "student_number", "national_number", "proof"),
        jalali("proved_at", _("proved at")),
    ]
    readonly_fields = ["user", "student_number", "national_number", "proof"]
    list_select_related = ["user"]
    list_filter = []
    search_fields = ["student_number", "national_number"]
    ordering = ["-pk"]

    def whose(self, identity):
        return identity.user, str(identity.pk)

    def delete_model(self, request, identity):
        mine = Identity.objects.filter(pk=identity.pk)
        take_away(mine, security.source(request), now=timezone.now())

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False
