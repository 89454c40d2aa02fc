"""Web addresses → bytes: politely, with bounds, and never from inside somebody's network.

`addresses` says what an address is, `guard` which machines are connected to, `answers` what of an answer is taken,
`robots` what a site allows, `kept` what earlier runs were given, `fetching` puts it together; `listings` reads feeds
and sitemaps, `pace` says how far one is.
"""

from extract.web.addresses import is_address

__all__ = ["is_address"]
