"""The Jalali calendar in the admin: fields, columns and a filter by month."""

from datetime import timedelta

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.widgets import AdminTextInputWidget
from django.db import models
from django.db.models import Count, Max, Min, Q
from django.utils.translation import gettext_lazy as _

from payment_portal import persian
from payment_portal.fields import JalaliDateTimeField

MOST_MONTHS = 60


def jalali(field, label):
    """A column, or a read-only field, with a moment as ۱۴۰۵/۰۹/۰۱ ۱۰:۲۴."""

    @admin.display(description=label, ordering=field)
    def column(row):
        moment = getattr(row, field)
        return persian.jalali_numeric(moment) if moment else "-"

    column.__name__ = f"jalali_{field}"
    return column


class JalaliAdmin(admin.ModelAdmin):
    """Moments are typed in the Jalali calendar."""

    formfield_overrides = {
        models.DateTimeField: {
            "form_class": JalaliDateTimeField,
            "widget": AdminTextInputWidget,
        },
    }


class JalaliMonthFilter(admin.FieldListFilter):
    """The Jalali months that a column covers, as ("paid_at", JalaliMonthFilter).

    It costs one query, for the first and the last moment.
    """

    def __init__(self, field, request, params, model, model_admin, field_path):
        self.parameter = f"{field_path}__jalali"
        super().__init__(field, request, params, model, model_admin, field_path)
        self.chosen = (self.used_parameters.get(self.parameter) or [None])[-1]
        self.months = self._months(model_admin.get_queryset(request))

    def expected_parameters(self):
        return [self.parameter]

    def has_output(self):
        return bool(self.months)

    def queryset(self, request, queryset):
        return queryset.filter(self._during(self.chosen)) if self.chosen else queryset

    def get_facet_counts(self, pk_attname, filtered_qs):
        return {
            f"{number}__c": Count(pk_attname, filter=self._during(month))
            for number, (month, _name) in enumerate(self.months)
        }

    def choices(self, changelist):
        counts = self.get_facet_queryset(changelist) if changelist.add_facets else {}
        yield {
            "selected": not self.chosen,
            "query_string": changelist.get_query_string(remove=[self.parameter]),
            "display": _("All"),
        }
        for number, (month, name) in enumerate(self.months):
            count = f" ({counts[f'{number}__c']})" if counts else ""
            yield {
                "selected": self.chosen == month,
                "query_string": changelist.get_query_string({self.parameter: month}),
                "display": f"{name}{count}",
            }

    def _during(self, month):
        try:
            start, end = persian.month_range(*map(int, month.split("-")))
        except (TypeError, ValueError) as wrong:
            raise IncorrectLookupParameters(wrong) from wrong
        return Q((f"{self.field_path}__gte", start), (f"{self.field_path}__lt", end))

    def _months(self, queryset):
        """The months from the newest to the oldest, as 1405-09 and «آذر ۱۴۰۵»."""
        ends = queryset.aggregate(first=Min(self.field_path), last=Max(self.field_path))
        months, moment = [], ends["last"]
        while moment and moment >= ends["first"] and len(months) < MOST_MONTHS:
            year, month, _day = persian.jalali_parts(moment)
            months.append((f"{year}-{month:02}", persian.month_name(moment)))
            moment = persian.month_range(year, month)[0] - timedelta(seconds=1)
        return months
