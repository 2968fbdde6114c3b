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

    def find(self, request, queryset, term):
        """The rows that a search means, as ``get_search_results`` answers."""
        return super().get_search_results(request, queryset, term)

    def get_search_results(self, request, queryset, search_term):
        """For lists and for the fields that choose from them alike."""
        if search_term.strip():
            self.searched(request, search_term)
        return self.find(request, queryset, search_term)

    def changelist_view(self, request, extra_context=None):
        page = super().changelist_view(request, extra_context)
        if request.method == "GET" and page.status_code == HTTPStatus.OK:
            note_list(request, self.opts.label)
        return page

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
        """Whom somebody looks for; the pages of one answer are one search."""
        mobile = e164(term)
        security.record_once(
            Kind.MOBILE_SEARCHED if mobile else Kind.PEOPLE_SEARCHED,
            timezone.now(),
            security.source(request),
            about=User.objects.filter(mobile=mobile).first() if mobile else None,
            detail=security.hinted(term),
        )

    def note(self, request, row):
        about, detail = self.whose(row)
        origin, now = security.source(request), timezone.now()
        security.record(self.seen, now, origin, about=about, detail=detail)


def note_list(request, name):
    """Who leafs through a list of people, which is turned over all day."""
    origin, now = security.source(request), timezone.now()
    security.record_once(Kind.LIST_SEEN, now, origin, detail=name)
