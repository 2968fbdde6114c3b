from django.http import HttpResponse


def see_other(address):
    """Send the browser on with GET, whatever it came with."""
    return HttpResponse(status=303, headers={"Location": address})
