from django.conf import settings
from django.utils.translation import get_language


def institution(request):
    """Names and numbers that stand on every page."""
    pair = "_EN" if get_language() == "en" else ""
    return {
        "university_name": getattr(settings, f"UNIVERSITY_NAME{pair}"),
        "system_name": getattr(settings, f"SYSTEM_NAME{pair}"),
        "university_phone": settings.UNIVERSITY_PHONE,
        "support_hours": getattr(settings, f"SUPPORT_HOURS{pair}"),
        "languages": settings.LANGUAGES,
        "sandbox": settings.SANDBOX,
    }
