"""Signs two people in with slixmpp and lets them meet: log-in, roster, presence, messages, ping, disco, version.

Arguments: port, domain, CA file. Prints one JSON object a line: {"step": ..., ...}.
"""
import asyncio
import json
import sys

import slixmpp
from slixmpp.exceptions import IqError

PORT, DOMAIN, CA = int(sys.argv[1]), sys.argv[2], sys.argv[3]
WAIT = 15


def tell(step, **seen):
    print(json.dumps({"step": step, **seen}), flush=True)


class Person(slixmpp.ClientXMPP):
    def __init__(self, name, password=None, mechanism=None, ca=CA):
        super().__init__(f"{name}@{DOMAIN}", password or f"password of {name}", sasl_mech=mechanism)
        self.ca_certs = ca
        self.use_ipv6 = False
        self.auto_authorize = None
        self.auto_subscribe = False
        for plugin in ("xep_0030", "xep_0092", "xep_0199"):
            self.register_plugin(plugin)

    async def enter(self, *outcomes):
        """Connects; returns the first of these events that happens."""
        loop = asyncio.get_event_loop()
        happened = loop.create_future()
        for outcome in outcomes:
            self.add_event_handler(outcome, lambda data, o=outcome: happened.done() or happened.set_result((o, data)))
        self.connect(("127.0.0.1", PORT), force_starttls=True)
        return await asyncio.wait_for(happened, WAIT)

    def next(self, event, wanted=lambda data: True):
        """The next event of a kind, as something to wait for."""
        future = asyncio.get_event_loop().create_future()

        def take(data):
            if not future.done() and wanted(data):
                future.set_result(data)

        self.add_event_handler(event, take)
        return asyncio.wait_for(future, WAIT)

    def leave(self):
        return asyncio.wait_for(self.disconnect(), WAIT)


async def log_ins():
    # Told to use another, slixmpp 1.8 says that it could bind and we do not offer it: that is refused (RFC 5802 section 6).
    for mechanism in ("SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-512-PLUS", None):
        person = Person("romeo", mechanism=mechanism)
        outcome, _ = await person.enter("session_start", "failed_all_auth")
        tell(f"login {mechanism}", outcome=outcome, cipher=bool(person.transport.get_extra_info("cipher")),
             jid=str(person.boundjid.bare), resource=person.boundjid.resource)
        await person.leave()

    wrong = Person("romeo", password="not it")
    outcome, data = await wrong.enter("session_start", "failed_all_auth")
    tell("wrong password", outcome=outcome)
    wrong.abort()

    stranger = Person("romeo", ca="/etc/ssl/certs/ca-certificates.crt")
    outcome, _ = await stranger.enter("session_start", "ssl_invalid_chain", "connection_failed", "disconnected")
    tell("unknown CA", outcome=outcome)
    stranger.abort()


async def meet(romeo, juliet):
    """Romeo asks to see Juliet; she agrees and asks back."""
    asked = juliet.next("presence_subscribe")
    romeo.send_presence_subscription(f"juliet@{DOMAIN}")
    request = await asked
    tell("asked", sender=str(request["from"]))

    seen = romeo.next("presence_available", lambda p: p["from"].bare == f"juliet@{DOMAIN}")
    juliet.send_presence(pto=request["from"], ptype="subscribed")
    tell("seen", sender=str((await seen)["from"]))

    asked = romeo.next("presence_subscribe")
    juliet.send_presence_subscription(f"romeo@{DOMAIN}")
    await asked
    seen = juliet.next("presence_available", lambda p: p["from"].bare == f"romeo@{DOMAIN}")
    romeo.send_presence(pto=f"juliet@{DOMAIN}", ptype="subscribed")
    await seen

    for who in (romeo, juliet):
        await who.get_roster()  # empty where nothing has changed since the pushes (RFC 6121 section 2.6)
        roster = who.client_roster
        tell("roster of " + who.boundjid.user, items={str(jid): roster[jid]["subscription"] for jid in roster.keys()})

    away = juliet.next("changed_status", lambda p: p["show"] == "away" if "show" in p.keys() else p.get_type() == "away")
    romeo.send_presence(pshow="away", pstatus="thinking")
    status = await away
    tell("away", sender=str(status["from"]), status=status["status"])


async def talk(romeo, juliet):
    got = juliet.next("message")
    romeo.send_message(mto=f"juliet@{DOMAIN}", mbody="Grüße & <Küsse> 😀", mtype="chat")
    message = await got
    tell("message to the account", sender=str(message["from"]), body=message["body"])

    got = romeo.next("message")
    juliet.send_message(mto=message["from"], mbody="back", mtype="chat")
    tell("message to the client", sender=str((await got)["from"]))

    failed = romeo.next("message_error")
    romeo.send_message(mto=f"nobody@{DOMAIN}", mbody="?", mtype="chat")
    tell("message to nobody", condition=(await failed)["error"]["condition"])


async def ask(romeo, juliet):
    tell("ping", server=await romeo["xep_0199"].ping(jid=DOMAIN) >= 0, client=await romeo["xep_0199"].ping(jid=juliet.boundjid) >= 0)
    info = await romeo["xep_0030"].get_info(jid=DOMAIN)
    tell("domain", identities=[list(i)[:2] for i in info["disco_info"]["identities"]], features=sorted(info["disco_info"]["features"]))
    account = await romeo["xep_0030"].get_info(jid=romeo.boundjid.bare)
    tell("account", identities=[list(i)[:2] for i in account["disco_info"]["identities"]])
    items = await romeo["xep_0030"].get_items(jid=DOMAIN)
    services = {}
    for jid, _, _ in items["disco_items"]["items"]:
        services[str(jid)] = sorted((await romeo["xep_0030"].get_info(jid=jid))["disco_info"]["features"])
    tell("services", services=services)
    version = await romeo["xep_0092"].get_version(DOMAIN)
    tell("version", name=version["software_version"]["name"])

    conditions = {}
    for jid in (f"juliet@{DOMAIN}/nowhere", f"nobody@{DOMAIN}/x", f"nobody.{DOMAIN}", "elsewhere.example"):
        try:
            await romeo["xep_0030"].get_info(jid=jid)
        except IqError as e:
            conditions[jid] = e.condition
    tell("absent", conditions=conditions)


async def main():
    await log_ins()
    romeo, juliet = Person("romeo"), Person("juliet")
    for person in (romeo, juliet):
        await person.enter("session_start")
        await person.get_roster()
        own = person.next("presence_available")
        person.send_presence()
        await own
    await meet(romeo, juliet)
    await talk(romeo, juliet)
    await ask(romeo, juliet)

    gone = juliet.next("presence_unavailable", lambda p: p["from"].bare == f"romeo@{DOMAIN}")
    romeo.abort()
    tell("gone", sender=str((await gone)["from"]))
    await juliet.leave()


asyncio.get_event_loop().run_until_complete(asyncio.wait_for(main(), 50))
