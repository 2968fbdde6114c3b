"""Texts that Django shows and its own Persian translation lacks.

They are named here so that makemessages puts them into our catalogue, which Django
reads before its own.
"""

from django.utils.translation import gettext_noop, ngettext_lazy

gettext_noop("Breadcrumbs")
gettext_noop("Model name")
gettext_noop("Select this object for an action - {}")
gettext_noop("Constraint “%(name)s” is violated.")
gettext_noop("%(model)s instance with %(field)s %(value)r is not a valid choice.")
gettext_noop("Enter a valid domain name.")
gettext_noop("Enter a valid %(protocol)s address.")
gettext_noop("Ensure this value is a multiple of step size %(limit_value)s.")
gettext_noop("In case you’ve forgotten, you are:")
gettext_noop("Conflicting form data submitted. Please try again.")
gettext_noop("Password-based authentication")
gettext_noop("Password-based authentication was disabled.")
gettext_noop("Enabled")
gettext_noop("Disabled")
gettext_noop("Set password")
gettext_noop("Set password: %s")
gettext_noop("Reset password")
gettext_noop(
    "Raw passwords are not stored, so there is no way to see the user’s password."
)
gettext_noop(
    "Enable password-based authentication for this user by setting a password."
)
gettext_noop(
    "This action will <strong>enable</strong> password-based authentication for "
    "this user."
)
gettext_noop(
    "Whether the user will be able to authenticate using a password or not. If "
    "disabled, they may still be able to authenticate using other backends, such as "
    "Single Sign-On or LDAP."
)
ngettext_lazy("entry", "entries")
ngettext_lazy("Please correct the error below.", "Please correct the errors below.")
ngettext_lazy(
    "Please submit at most %(num)d form.", "Please submit at most %(num)d forms."
)
ngettext_lazy(
    "Please submit at least %(num)d form.", "Please submit at least %(num)d forms."
)
ngettext_lazy(
    "This password is too short. It must contain at least %d character.",
    "This password is too short. It must contain at least %d characters.",
)

# Those whose Persian is misspelled or hard to read.
gettext_noop("Authentication and Authorization")
gettext_noop("%(app)s administration")
gettext_noop("Models in the %(name)s application")
gettext_noop("Start typing to filter…")
gettext_noop("Filter navigation items")
gettext_noop("Toggle navigation")
gettext_noop("Save and continue editing")
gettext_noop("You don’t have permission to view or edit anything.")
gettext_noop("All dates")
gettext_noop("The submitted file is empty.")
gettext_noop("Select a valid choice. That choice is not one of the available choices.")
gettext_noop("Select a valid choice. %(value)s is not one of the available choices.")
gettext_noop(" By %(filter_title)s ")
gettext_noop("The {name} “{obj}” was added successfully.")
gettext_noop(
    "The {name} “{obj}” was added successfully. You may add another {name} below."
)
gettext_noop("The {name} “{obj}” was changed successfully.")
gettext_noop(
    "The {name} “{obj}” was changed successfully. You may edit it again below."
)
gettext_noop(
    "The {name} “{obj}” was changed successfully. You may add another {name} below."
)
gettext_noop("You may edit it again below.")
gettext_noop("The %(name)s “%(obj)s” was deleted successfully.")
gettext_noop("Added “%(object)s”.")
gettext_noop("Changed “%(object)s” — %(changes)s")
gettext_noop("Deleted “%(object)s.”")
gettext_noop("Changed {fields}.")
gettext_noop("Added {name} “{object}”.")
gettext_noop("Changed {fields} for {name} “{object}”.")
gettext_noop("No fields changed.")
gettext_noop(
    "Items must be selected in order to perform actions on them. No items have been "
    "changed."
)
gettext_noop("No action selected.")
gettext_noop("Delete selected %(verbose_name_plural)s")
gettext_noop("Successfully deleted %(count)d %(items)s.")
gettext_noop("Delete multiple objects")
gettext_noop("Objects")
gettext_noop("Yes, I’m sure")
gettext_noop("No, take me back")
gettext_noop(
    'Are you sure you want to delete the %(object_name)s "%(escaped_object)s"? All of '
    "the following related items will be deleted:"
)
gettext_noop(
    "Are you sure you want to delete the selected %(objects_name)s? All of the "
    "following objects and their related items will be deleted:"
)
gettext_noop(
    "Deleting the %(object_name)s '%(escaped_object)s' would require deleting the "
    "following protected related objects:"
)
gettext_noop(
    "Deleting the selected %(objects_name)s would require deleting the following "
    "protected related objects:"
)
gettext_noop(
    "Deleting the %(object_name)s '%(escaped_object)s' would result in deleting "
    "related objects, but your account doesn't have permission to delete the "
    "following types of objects:"
)
gettext_noop(
    "Deleting the selected %(objects_name)s would result in deleting related "
    "objects, but your account doesn't have permission to delete the following "
    "types of objects:"
)
gettext_noop("Change selected %(model)s")
gettext_noop("Add another %(model)s")
gettext_noop("View selected %(model)s")
gettext_noop("Delete selected %(model)s")
gettext_noop("Enter a new password for the user <strong>%(username)s</strong>.")
ngettext_lazy(
    "%(count)s %(name)s was changed successfully.",
    "%(count)s %(name)s were changed successfully.",
)
gettext_noop("Select all %(total_count)s %(module_name)s")

# Labels of a terminal's fields as its history keeps them: English, with a capital.
gettext_noop("Title")
gettext_noop("Position")
gettext_noop("Alias")
gettext_noop("Payment service provider")
gettext_noop("Merchant number")
gettext_noop("Account (Sheba)")
gettext_noop("Message while closed")
gettext_noop("Only for these subjects")
gettext_noop("Only for these units")
gettext_noop("Smallest amount (rial)")
gettext_noop("Largest amount (rial)")
