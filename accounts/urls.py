from django.urls import path

from accounts.views import (
    about,
    codes,
    language,
    log_in,
    password,
    profile,
    second_factor,
    sessions,
    sign_up,
)

app_name = "accounts"

urlpatterns = [
    path("login/", log_in.login, name="login"),
    path("logout/", log_in.logout, name="logout"),
    path("sign-up/", sign_up.sign_up, name="sign_up"),
    path("sign-up/confirm/", sign_up.confirm_mobile, name="confirm_mobile"),
    path("terms/", about.terms, name="terms"),
    path("privacy/", about.privacy, name="privacy"),
    path("accessibility/", about.accessibility, name="accessibility"),
    path("code/puzzle/", codes.puzzle, name="puzzle"),
    path("code/resend/", codes.resend_code, name="resend_code"),
    path("password/forgotten/", password.password_forgotten, name="password_forgotten"),
    path("password/code/", password.password_reset_code, name="password_reset_code"),
    path("password/new/", password.password_reset, name="password_reset"),
    path("second-factor/", second_factor.ask, name="second_factor"),
    path(
        "second-factor/mobile/",
        second_factor.prove_mobile,
        name="second_factor_mobile",
    ),
    path(
        "second-factor/mobile/code/",
        second_factor.mobile_code,
        name="second_factor_code",
    ),
    path("second-factor/app/", second_factor.set_up, name="second_factor_app"),
    path(
        "second-factor/settings/",
        second_factor.settings,
        name="second_factor_settings",
    ),
    path("second-factor/codes/", second_factor.codes, name="backup_codes"),
    path("second-factor/codes.txt", second_factor.codes_file, name="backup_codes_file"),
    path("language/", language.switch, name="language"),
    path("profile/", profile.profile, name="profile"),
    path("profile/devices/", sessions.listed, name="sessions"),
    path("profile/devices/end/", sessions.end, name="end_sessions"),
    path("profile/password/", password.password_change, name="password_change"),
    path("profile/mobile/", profile.change_mobile, name="change_mobile"),
    path(
        "profile/mobile/confirm/",
        profile.confirm_new_mobile,
        name="confirm_new_mobile",
    ),
    path("profile/e-mail/link/", profile.send_email_link, name="send_email_link"),
    path("e-mail/<str:token>/", profile.confirm_email, name="confirm_email"),
]
