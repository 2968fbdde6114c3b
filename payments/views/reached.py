from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404

from payments.models import Payment


def payers_own(view):
    """Give a view the payment of its address, if it is the reader's own.

    A payment by a pay link has no account; its address, which nobody guesses, is its
    key.
    """

    @login_not_required
    @wraps(view)
    def guarded(request, public_id):
        reached = Payment.objects.reached_by(request.user).select_related("terminal")
        payment = reached.filter(public_id=public_id).first()
        if payment is not None:
            return view(request, payment)
        if request.user.is_authenticated:
            raise Http404
        return redirect_to_login(request.get_full_path())

    return guarded
