from django.conf import settings


def institution(request):
    """Names and numbers that stand on every page."""
    return {
        "university_name": settings.UNIVERSITY_NAME,
        "system_name": settings.SYSTEM_NAME,
        "university_phone": settings.UNIVERSITY_PHONE,
        "support_hours": settings.SUPPORT_HOURS,
        "sandbox": settings.SANDBOX,
    }
