"""The banks, the SMS provider, the mailbox and the payer's phone of development.

A Django project of its own: own settings, own database, own process. It never
imports the portal and the portal never imports it.
"""
