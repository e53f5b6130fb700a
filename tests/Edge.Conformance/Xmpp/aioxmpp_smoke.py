"""Two people with aioxmpp's client: log-in, roster, presence, messages, ping, disco.

Arguments: port, domain, CA file. Prints one JSON object a line: {"step": ..., ...}.
"""
import asyncio
import json
import ssl
import sys

import aioxmpp
import aioxmpp.connector
import aioxmpp.ping

PORT, DOMAIN, CA = int(sys.argv[1]), sys.argv[2], sys.argv[3]
WAIT = 15


def tell(step, **seen):
    print(json.dumps({"step": step, **seen}), flush=True)


def context():
    tls = aioxmpp.security_layer.default_ssl_context()
    tls.load_verify_locations(CA)
    return tls


def person(name):
    layer = aioxmpp.make_security_layer(f"password of {name}")._replace(ssl_context_factory=context)
    return aioxmpp.PresenceManagedClient(
        aioxmpp.JID.fromstr(f"{name}@{DOMAIN}"), layer, override_peer=[("127.0.0.1", PORT, aioxmpp.connector.STARTTLSConnector())])


def once(signal):
    future = asyncio.get_event_loop().create_future()

    def take(*arguments, **_):
        future.done() or future.set_result(arguments)
        return True

    signal.connect(take)
    return asyncio.wait_for(future, WAIT)


async def main():
    romeo, juliet = person("romeo"), person("juliet")
    contacts = juliet.summon(aioxmpp.RosterClient)
    romeos = romeo.summon(aioxmpp.RosterClient)
    disco = romeo.summon(aioxmpp.DiscoClient)
    seen = juliet.summon(aioxmpp.PresenceClient)
    inbox = juliet.summon(aioxmpp.dispatcher.SimpleMessageDispatcher)
    async with romeo.connected(), juliet.connected():
        tell("log-in", jid=str(romeo.local_jid), managed=romeo.stream.sm_enabled)

        asked = once(contacts.on_subscribe)
        romeos.subscribe(juliet.local_jid.bare())
        await asked
        subscribed = once(romeos.on_subscribed)
        contacts.approve(romeo.local_jid.bare())
        await subscribed
        tell("roster", items={str(jid): item.subscription for jid, item in romeos.items.items()})

        visible = once(seen.on_available)
        romeos.approve(juliet.local_jid.bare())
        contacts.subscribe(romeo.local_jid.bare())
        tell("presence", sender=str((await visible)[0]))

        arrived = asyncio.get_event_loop().create_future()
        inbox.register_callback(aioxmpp.MessageType.CHAT, None, arrived.set_result)
        message = aioxmpp.Message(type_=aioxmpp.MessageType.CHAT, to=juliet.local_jid)
        message.body[None] = "Grüße & <Küsse> 😀"
        await romeo.send(message)
        got = await asyncio.wait_for(arrived, WAIT)
        tell("message", sender=str(got.from_), body=got.body.any())

        await asyncio.wait_for(aioxmpp.ping.ping(romeo, juliet.local_jid.replace(localpart=None, resource=None)), WAIT)
        info = await disco.query_info(aioxmpp.JID.fromstr(DOMAIN))
        tell("disco", features=sorted(info.features))
    tell("left")


asyncio.get_event_loop().run_until_complete(asyncio.wait_for(main(), 50))
