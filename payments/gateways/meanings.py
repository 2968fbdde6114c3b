"""What a bank's refusal means to the payer: the words that all drivers share."""

from django.utils.translation import gettext_noop

CANCELLED = gettext_noop("You cancelled the payment at the bank.")
TOO_SLOW = gettext_noop("The time for paying at the bank had run out.")
TOO_LATE = gettext_noop(
    "The bank was asked too late. Any money that was taken is returned automatically."
)
REVERSED = gettext_noop("The bank returned the money.")
DECLINED = gettext_noop("The bank did not make the payment.")
NOT_FOUND = gettext_noop("The bank has no payment with this receipt number.")
NOT_ACCEPTED = gettext_noop("The bank did not accept the payment.")
BANK_BUSY = gettext_noop("The card's bank is not available right now. Try again later.")
CARD_NUMBER = gettext_noop("The card number is wrong.")
CARD_EXPIRED = gettext_noop("The card has expired, or its expiry date was wrong.")
CARD_BLOCKED = gettext_noop("The card is blocked or cannot be used for this payment.")
WRONG_PASSWORD = gettext_noop("The card's password was wrong.")
PASSWORD_BLOCKED = gettext_noop(
    "The card's password was wrong too many times. Ask your bank."
)
LOW_BALANCE = gettext_noop("The balance of the account was too low.")
AMOUNT_LIMIT = gettext_noop("The amount is above the limit of the card or the bank.")
AMOUNT_TOO_SMALL = gettext_noop("The amount is below the bank's minimum.")
COUNT_LIMIT = gettext_noop("The card has been used too many times today.")
NOT_THE_OWNER = gettext_noop("The card does not belong to the payer.")
WRONG_IDENTIFIER = gettext_noop("The bank did not accept the deposit identifier.")
WHOLE_TOMAN = gettext_noop("This bank accepts only multiples of ten rials.")
NOT_SERVED = gettext_noop(
    "This gateway is not available to the university at present; our staff "
    "have been told."
)

# What a code says that has no words of its own, by its kind.
OF_KINDS = {
    "no": NOT_ACCEPTED,
    "reversed": REVERSED,
    "window over": TOO_LATE,
    "set up": NOT_SERVED,
}
