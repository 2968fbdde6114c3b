from functools import wraps

from django.http import HttpResponse
from django.shortcuts import redirect


def see_other(address):
    """Send the browser on with GET, whatever it came with."""
    return HttpResponse(status=303, headers={"Location": address})


def posted(leads_back_to):
    """Mark a view that is only posted to; whoever opens its address is led back.

    That happens after a log-in that came in between, and on reload.
    """

    def decorate(view):
        @wraps(view)
        def guarded(request, **kwargs):
            if request.method != "POST":
                return redirect(leads_back_to, **kwargs)
            return view(request, **kwargs)

        return guarded

    return decorate
