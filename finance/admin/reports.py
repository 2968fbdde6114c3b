"""The page of reports, and the files that it gives."""

from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.watching import note_list
from catalog.reach import reach
from finance import files, summary
from finance.admin import bundles, schedules
from finance.admin.asking import back, form_of, write_down
from finance.charts import FULL, bars
from finance.forms import FilterForm
from finance.models import Report, Schedule
from finance.periods import Kind, period
from finance.reports import EXPORT, IN_TIME, ORDER, SEE, NearerEnd
from payment_portal import persian
from payment_portal.admin_read_only import ReadOnly
from payment_portal.seats import Seats

ON_A_PAGE = 50
_seats = Seats(2, patience=0.5)  # for files that are made whole before they are sent


@admin.register(Report)
class ReportAdmin(ReadOnly, admin.ModelAdmin):
    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def has_view_permission(self, request, obj=None):
        return request.user.has_perms(SEE)

    def get_urls(self):
        pages = [
            ("", page, "changelist"),
            ("report.xlsx", as_sheet, "xlsx"),
            ("report.csv", as_text, "csv"),
            ("report.pdf", as_paper, "pdf"),
        ]
        site = self.admin_site
        reports = [
            path(address, site.admin_view(view), name=f"finance_report_{name}")
            for address, view, name in pages
        ]
        return [*reports, *bundles.urls(site), *schedules.urls(site)]


def _page(request, form, status=200, **context):
    common = {"title": _("Reports of payments"), "form": form, "full": FULL}
    context = {**admin.site.each_context(request), **common, **context}
    return render(request, "admin/finance/report.html", context, status=status)


@require_safe
def page(request):
    form = form_of(request, SEE)
    links = {"periods": _periods(form.today)}
    if not form.is_valid():
        return _page(request, form, **links)
    report = form.report()
    note_list(request, Report._meta.label)
    found = report.latest_first.select_related("terminal").prefetch_related("debt")
    rows = Paginator(NearerEnd(found, report.total.payments), ON_A_PAGE)
    return _page(
        request,
        form,
        **links,
        report=report,
        told=form.told()[1:],  # after the period
        bars=bars(report.lines),
        is_in_time=report.by in IN_TIME,
        rows=rows.get_page(request.GET.get("page")),
        beside=[
            (_("Earlier"), _address(report.period.earlier)),
            (_("Later"), _address(report.period.later)),
        ],
        **_exports(request, form),
    )


def _exports(request, form):
    user = request.user
    if not user.has_perms(EXPORT):
        return {}
    return {
        "may_export": True,
        "may_order": user.has_perms(ORDER),
        # Another role lets him see more than he may take away.
        "sees_more": reach(user, *SEE) != reach(user, *EXPORT),
        "bundles": bundles.bundles_of(request),
        "schedules": _schedules(user, form),
        "every": schedules.ScheduleForm(initial={"every": Schedule.Every.MONTH}),
    }


def _schedules(user, form):
    """His reports by e-mail, each with what it asks for."""
    for schedule in Schedule.objects.of(user).order_by("pk"):
        asked = {**schedule.asked, "period": schedule.every}
        its = FilterForm(asked, scope=form.scope, today=form.today)
        yield schedule, its.told()[1:] if its.is_valid() else []


def _periods(today):
    """What is asked about most, one click away."""
    day = period(Kind.DAY, today)
    week, month, year = (
        period(kind, today) for kind in (Kind.WEEK, Kind.MONTH, Kind.YEAR)
    )
    spans = [
        (_("Today"), day),
        (_("Yesterday"), day.earlier),
        (_("This week"), week),
        (_("This month"), month),
        (_("Last month"), month.earlier),
        (_("This year"), year),
        (_("Last year"), year.earlier),
    ]
    return [(label, _address(span)) for label, span in spans]


def _address(span):
    """What of an address leads to a period."""
    day = persian.latin_day(span.first)
    until = persian.latin_day(span.last)
    is_open = span.kind == Kind.BETWEEN
    return {"period": span.kind.value, "day": day, "until": until if is_open else None}


def _file(make, kind):
    """A view that answers with a report as a file, and writes that down."""

    @require_safe
    def view(request):
        form = form_of(request, EXPORT)
        if not form.is_valid():
            return _page(request, form, status=400, periods=_periods(form.today))
        answer = make(form)
        if answer is None:
            messages.error(request, _("Other files are being made. Try again soon."))
            return back(request)
        name = f"report-{form.span.first}.{kind}"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        write_down(request, f"report.{kind} {request.GET.urlencode()}")
        return answer

    return view


def _sheet(form):
    with _seats.seat() as seated:
        file = seated and files.sheet(form.report(), form.told())
    return FileResponse(file, content_type=files.XLSX) if file else None


def _text(form):
    pieces = files.comma_separated(form.report())
    return StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")


def _paper(form):
    with _seats.seat() as seated:
        made = seated and summary.pdf(form.report(), form.told(), timezone.now())
    return HttpResponse(made, content_type="application/pdf") if made else None


as_sheet, as_text, as_paper = (
    _file(make, kind)
    for make, kind in ((_sheet, "xlsx"), (_text, "csv"), (_paper, "pdf"))
)
