"""What may never be stored about people."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import SignUp, User
from tests.accounts.conftest import MOBILE, PASSWORD

NOW = timezone.now()


def test_a_user_is_made_with_a_hashed_password(db):
    user = User.objects.create_user(MOBILE, "علی محمدی", PASSWORD, "Ali@UOK.ac.ir")
    assert user.password != PASSWORD
    assert user.check_password(PASSWORD)
    assert user.email == "ali@uok.ac.ir"
    assert (user.is_staff, user.is_superuser) == (False, False)
    assert (str(user), user.get_full_name(), user.get_short_name()) == (
        "علی محمدی",
        "علی محمدی",
        "علی",
    )


def test_a_user_without_a_password_has_an_unusable_one(db):
    assert not User.objects.create_user(MOBILE, "علی", None).has_usable_password()


def test_a_superuser_may_everything(db):
    user = User.objects.create_superuser(MOBILE, "مدیر", PASSWORD)
    assert (user.is_staff, user.is_superuser) == (True, True)


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"email_confirmed_at": NOW}, "user_confirms_only_an_email_he_has"),
        ({"email": ""}, "user_email_is_absent_or_not_empty"),
        ({"email": "Ali@uok.ac.ir"}, "user_email_is_in_lower_case"),
        ({"mobile": "09181234567"}, "user_mobile_is_e164"),
        ({"mobile": "+98918123456"}, "user_mobile_is_e164"),
        ({"mobile": "+14155550123"}, "user_mobile_is_e164"),
        ({"full_name": ""}, "user_has_a_full_name"),
        ({"password": PASSWORD}, "user_password_is_hashed_or_unusable"),
        (
            {"terms_version": "1405-09"},
            "user_accepted_terms_have_version_and_moment",
        ),
        ({"terms_accepted_at": NOW}, "user_accepted_terms_have_version_and_moment"),
    ],
)
def test_the_database_refuses(db, changes, constraint):
    facts = {"mobile": MOBILE, "full_name": "علی", "password": "!"}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        User.objects.create(**facts | changes)


def test_one_mobile_has_one_account(db, student):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user(student.mobile, "دیگری", PASSWORD)


def test_a_confirmed_address_belongs_to_one(db, student, other_student):
    for user in (student, other_student):
        user.email = "same@uok.ac.ir"
        user.save()
    student.email_confirmed_at = NOW
    student.save()
    other_student.email_confirmed_at = NOW
    with pytest.raises(IntegrityError), transaction.atomic():
        other_student.save()


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"password": PASSWORD}, "sign_up_password_is_hashed"),
        ({"mobile": "0918"}, "sign_up_mobile_is_e164"),
    ],
)
def test_the_database_refuses_a_sign_up(db, changes, constraint):
    facts = {
        "mobile": MOBILE,
        "full_name": "علی",
        "password": "md5$salt$hash",
        "terms_version": "1405-09",
        "terms_accepted_at": NOW,
        "created_at": NOW,
    }
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        SignUp.objects.create(**facts | changes)
    assert str(SignUp(full_name="علی")) == "علی"
