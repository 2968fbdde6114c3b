"""What an address may ask the admin's lists for."""


class FiltersOnly:
    """Lists are narrowed by their filters alone.

    Django lets an address filter by any column of the row itself, so that whoever may
    see a list could read sign by sign what the list does not show.
    """

    def lookup_allowed(self, lookup, value, request=None):
        filters = [
            row[0] if isinstance(row, tuple) else row for row in self.list_filter
        ]
        return any(lookup == row or lookup.startswith(f"{row}__") for row in filters)

    def get_changeform_initial_data(self, request):
        """An empty form is empty: Django fills it from the address, and may break."""
        return {}
