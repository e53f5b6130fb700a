"""Makes an account with slixmpp and a registration key (XEP-0077 by a form signed as XEP-0348 says), signs in with it, changes its password, removes it.

Arguments: port, domain, CA file, key, secret, method (HMAC-SHA1 or HMAC-SHA256), name. Prints one JSON object a line: {"step": ..., ...}.
"""
import asyncio
import base64
import hashlib
import hmac
import json
import secrets
import sys
import time
from urllib.parse import quote

import slixmpp
from slixmpp.exceptions import IqError

PORT, DOMAIN, CA, KEY, SECRET, METHOD, NAME = int(sys.argv[1]), *sys.argv[2:8]
PASSWORD = "made by myself"
WAIT = 20


def tell(step, **seen):
    print(json.dumps({"step": step, **seen}), flush=True)


def escape(text):
    return quote(text, safe="-._~")


def text(value):
    """slixmpp has a list for hidden fields."""
    return "\n".join(value) if isinstance(value, list) else value or ""


def sign(fields, secret):
    """XEP-0348 section 2, from its text."""
    signed = sorted((k, v) for k, v in fields.items() if k not in ("oauth_token_secret", "oauth_signature"))
    pairs = "&".join(f"{escape(k)}={escape(v)}" for k, v in signed)
    base = f"{escape('submit')}&{escape('')}&{escape(pairs)}"
    key = f"{escape(secret)}&{escape(fields['oauth_token_secret'])}"
    digest = hashlib.sha1 if METHOD == "HMAC-SHA1" else hashlib.sha256
    return escape(base64.b64encode(hmac.new(key.encode(), base.encode(), digest).digest()).decode())


class Device(slixmpp.ClientXMPP):
    def __init__(self, password, secret=None):
        super().__init__(f"{NAME}@{DOMAIN}", password)
        self.ca_certs = CA
        self.use_ipv6 = False
        self.secret = secret
        self._always_send_everything = secret is not None  # slixmpp 1.8 else keeps the registration until the session begins
        for plugin in ("xep_0004", "xep_0066", "xep_0077"):
            self.register_plugin(plugin)
        self["xep_0077"].create_account = secret is not None
        self.add_event_handler("register", self.register)

    async def register(self, iq):
        given = iq["register"]["form"]
        fields = {name: text(field["value"]) for name, field in given.get_fields().items()}
        tell("form", fields=sorted(fields))
        fields.update({
            "username": NAME, "password": PASSWORD, "oauth_consumer_key": KEY, "oauth_nonce": secrets.token_hex(16),
            "oauth_timestamp": str(int(time.time())), "oauth_signature_method": METHOD,
        })
        fields["oauth_signature"] = sign(fields, self.secret)
        reply = self.Iq()
        reply["type"] = "set"
        form = self["xep_0004"].make_form(ftype="submit")
        for name, value in fields.items():
            form.add_field(var=name, ftype="hidden" if name.startswith(("oauth_", "FORM_")) else None, value=value)
        reply["register"].append(form)
        try:
            await reply.send(timeout=WAIT)
            tell("registered", outcome="result")
        except IqError as error:
            tell("registered", outcome=error.iq["error"]["condition"])
            self.disconnect()

    async def enter(self, *outcomes):
        happened = asyncio.get_event_loop().create_future()
        for outcome in outcomes:
            self.add_event_handler(outcome, lambda data, o=outcome: happened.done() or happened.set_result(o))
        self.connect(("127.0.0.1", PORT), force_starttls=True)
        return await asyncio.wait_for(happened, WAIT)


async def main():
    impostor = Device(PASSWORD, "0" * 64)
    await impostor.enter("disconnected", "session_start")
    tell("impostor", outcome="done")

    device = Device(PASSWORD, SECRET)
    tell("signed in", outcome=await device.enter("session_start", "failed_all_auth", "disconnected"), jid=str(device.boundjid.bare))
    await device["xep_0077"].change_password("another of my own", timeout=WAIT)
    tell("changed", outcome="result")
    await asyncio.wait_for(device.disconnect(), WAIT)

    again = Device("another of my own")
    tell("signed in again", outcome=await again.enter("session_start", "failed_all_auth"))
    gone = asyncio.get_event_loop().create_future()
    ended = asyncio.get_event_loop().create_future()
    again.add_event_handler("stream_error", lambda error: gone.done() or gone.set_result(error["condition"]))
    again.add_event_handler("disconnected", lambda _: ended.done() or ended.set_result(True))
    await again["xep_0077"].cancel_registration(timeout=WAIT)
    tell("removed", condition=await asyncio.wait_for(gone, WAIT))
    await asyncio.wait_for(ended, WAIT)

    late = Device("another of my own")
    tell("late", outcome=await late.enter("session_start", "failed_all_auth"))


asyncio.get_event_loop().run_until_complete(main())
