"""Plays a component with slixmpp (XEP-0114), and a person who finds it and talks to it.

Arguments: port, domain, CA file, port of the components' listener, secret. Prints one JSON object a line: {"step": ..., ...}.
"""
import asyncio
import json
import sys

import slixmpp
from slixmpp.componentxmpp import ComponentXMPP

PORT, DOMAIN, CA, COMPONENT_PORT, SECRET = int(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5]
NAME = f"plays.{DOMAIN}"
WAIT = 15


def tell(step, **seen):
    print(json.dumps({"step": step, **seen}), flush=True)


def next_of(client, event, wanted=lambda data: True):
    """The next event of a kind, as something to wait for."""
    future = asyncio.get_event_loop().create_future()

    def take(data):
        if not future.done() and wanted(data):
            future.set_result(data)

    client.add_event_handler(event, take)
    return asyncio.wait_for(future, WAIT)


class Plays(ComponentXMPP):
    def __init__(self, secret):
        super().__init__(NAME, secret, "127.0.0.1", COMPONENT_PORT)
        for plugin in ("xep_0030", "xep_0199"):
            self.register_plugin(plugin)
        self["xep_0030"].add_identity(category="component", itype="generic", name="Plays", jid=NAME)
        self["xep_0030"].add_feature("urn:test:plays", jid=NAME)


class Person(slixmpp.ClientXMPP):
    def __init__(self, name):
        super().__init__(f"{name}@{DOMAIN}", f"password of {name}")
        self.ca_certs = CA
        self.use_ipv6 = False
        for plugin in ("xep_0030", "xep_0199"):
            self.register_plugin(plugin)


async def main():
    wrong = Plays("wrong " + SECRET)
    starts = []
    wrong.add_event_handler("session_start", starts.append)
    ended = next_of(wrong, "disconnected")
    wrong.connect()
    await ended
    tell("wrong secret", started=bool(starts))

    plays, romeo = Plays(SECRET), Person("romeo")
    started = next_of(plays, "session_start")
    plays.connect()
    await started
    tell("signed in", jid=str(plays.boundjid))

    entered = next_of(romeo, "session_start")
    romeo.connect(("127.0.0.1", PORT), force_starttls=True)
    await entered
    romeo.send_presence()
    await romeo.get_roster()

    items = await romeo["xep_0030"].get_items(jid=DOMAIN, timeout=WAIT)
    info = await romeo["xep_0030"].get_info(jid=NAME, timeout=WAIT)
    tell("found", listed=NAME in [str(i[0]) for i in items["disco_items"]["items"]], features=sorted(info["disco_info"]["features"]))

    got = next_of(plays, "message")
    romeo.send_message(mto=f"hamlet@{NAME}", mbody="Grüße & <Küsse>", mtype="chat")
    message = await got
    tell("message in", body=message["body"], sender=str(message["from"]), to=str(message["to"]))

    back = next_of(romeo, "message")
    plays.send_message(mfrom=f"hamlet@{NAME}/stage", mto=romeo.boundjid.full, mbody="To be", mtype="chat")
    message = await back
    tell("message out", body=message["body"], sender=str(message["from"]))

    rtt = await plays["xep_0199"].ping(jid=DOMAIN, ifrom=NAME, timeout=WAIT)
    rtt_client = await plays["xep_0199"].ping(jid=romeo.boundjid.full, ifrom=NAME, timeout=WAIT)
    tell("ping", server=rtt >= 0, client=rtt_client >= 0)

    seen = next_of(romeo, "presence_available", lambda p: p["from"].bare == f"hamlet@{NAME}")
    asked = next_of(plays, "presence_subscribe")
    romeo.send_presence_subscription(pto=f"hamlet@{NAME}", ptype="subscribe")
    request = await asked
    plays.send_presence(pfrom=f"hamlet@{NAME}", pto=request["from"].bare, ptype="subscribed")
    plays.send_presence(pfrom=f"hamlet@{NAME}/stage", pto=request["from"].bare, pstatus="playing")
    presence = await seen
    tell("presence", sender=str(presence["from"]), status=presence["status"])

    gone = next_of(plays, "disconnected")
    plays.disconnect()
    await gone
    error = next_of(romeo, "message_error")
    romeo.send_message(mto=f"hamlet@{NAME}", mbody="?", mtype="chat")
    message = await error
    tell("away", condition=message["error"]["condition"])
    await asyncio.wait_for(romeo.disconnect(), WAIT)


asyncio.get_event_loop().run_until_complete(main())
