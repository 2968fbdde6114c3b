from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts import languages
from accounts.views.log_in import ours
from payment_portal import language


@login_not_required
@require_POST
def switch(request):
    """Show the page on which the button stood, and all others, in another language."""
    answer = redirect(ours(request, request.POST.get("next", "")))
    code = request.POST.get("language", "")
    if language.is_known(code):
        language.remember(answer, code)
        if request.user.is_authenticated:
            languages.choose(request.user, code)
    return answer
