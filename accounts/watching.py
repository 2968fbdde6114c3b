"""Pages of the staff on which people can be read about: who looked is written down."""

from http import HTTPStatus

from django.contrib.admin.utils import unquote
from django.utils import timezone

from accounts import security
from accounts.models import User
from accounts.security import Kind
from payment_portal.fields import e164


class Watched:
    """For an admin of rows about people; ``seen`` says what was looked at."""

    seen = None

    def whose(self, row):
        """Whose account a row is about, if it is known, and which row it is."""
        return None, str(row.pk)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        page = super().change_view(request, object_id, form_url, extra_context)
        row = getattr(page, "context_data", {}).get("original")
        if row and request.method == "GET":
            self.note(request, row)
        return page

    def history_view(self, request, object_id, extra_context=None):
        page = super().history_view(request, object_id, extra_context)
        row = self.get_object(request, unquote(object_id))
        if row and page.status_code == HTTPStatus.OK:
            self.note(request, row)
        return page

    def searched(self, request, term):
        """For every search: whose number somebody looks for is written down."""
        if mobile := e164(term):
            security.record(
                Kind.MOBILE_SEARCHED,
                timezone.now(),
                security.source(request),
                about=User.objects.filter(mobile=mobile).first(),
                detail=security.masked(mobile),
            )

    def note(self, request, row):
        about, detail = self.whose(row)
        origin, now = security.source(request), timezone.now()
        security.record(self.seen, now, origin, about=about, detail=detail)
