from payment_portal import institution as ours


def institution(request):
    """Names, numbers and notices that stand on every page."""
    return ours.context()
