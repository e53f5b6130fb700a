"""An owner, a visitor and a device with slixmpp: find the services, claim, be refused, ask, allow, read, control.

The sensor data and control plugins (xep_0323, xep_0325) are slixmpp's own; what slixmpp has no plugin for is sent as it stands.
Arguments: port, domain, CA file, a time ahead, the address of the concentrator. Prints one JSON object a line: {"step": ..., ...}.
"""
import asyncio
import json
import sys
import xml.etree.ElementTree as ET

import slixmpp
from slixmpp.exceptions import IqError
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath

PORT, DOMAIN, CA = int(sys.argv[1]), sys.argv[2], sys.argv[3]
WAIT = 20
REGISTRY, PROVISIONING = (f"{name}.{DOMAIN}" for name in ("things", "provisioning"))
CONCENTRATOR = sys.argv[5]
OWNERSIDE = "urn:nf:iot:prov:o:1.0"


def tell(step, **seen):
    print(json.dumps({"step": step, **seen}), flush=True)


def local(element):
    return element.tag.split("}")[-1]


class Client(slixmpp.ClientXMPP):
    def __init__(self, name):
        super().__init__(f"{name}@{DOMAIN}", f"password of {name}")
        self.ca_certs = CA
        self.use_ipv6 = False
        for plugin in ("xep_0030", "xep_0323", "xep_0325"):
            self.register_plugin(plugin)

    async def enter(self):
        started = asyncio.get_event_loop().create_future()
        self.add_event_handler("session_start", lambda _: started.done() or started.set_result(True))
        self.connect(("127.0.0.1", PORT), force_starttls=True)
        await asyncio.wait_for(started, WAIT)
        await self.get_roster()  # some servers tell of subscriptions only whoever has asked for it
        self.send_presence()
        return self

    async def ask(self, kind, to, payload):
        """Sends an iq and returns the payload of its result, or the name of its error condition."""
        iq = self.make_iq(itype=kind, ito=to, ifrom=self.boundjid)
        iq.append(ET.fromstring(payload))
        try:
            answer = await iq.send(timeout=WAIT)
            return list(answer.xml)[0] if len(answer.xml) else None
        except IqError as error:
            return error.condition

    def incoming(self, name, namespace, reply=None):
        """The next iq set with this payload, acknowledged."""
        future = asyncio.get_event_loop().create_future()

        def take(iq):
            if not future.done():
                future.set_result(iq)
            answer = iq.reply()
            if reply:
                answer.append(ET.fromstring(f"<{reply} xmlns='{namespace}'/>"))
            answer.send()

        self.register_handler(Callback(f"{name} {id(future)}", MatchXPath(f"{{jabber:client}}iq/{{{namespace}}}{name}"), take))
        return asyncio.wait_for(future, WAIT)

    def question(self):
        """The next question to this owner: its sentence and its payload."""
        future = asyncio.get_event_loop().create_future()

        def take(message):
            payload = [child for child in message.xml if child.tag.startswith("{%s}" % OWNERSIDE)]
            if payload and not future.done():
                future.set_result((message["body"], payload[0]))

        self.add_event_handler("message", take)
        return asyncio.wait_for(future, WAIT)

    async def read(self, node, fields=None, **flags):
        """Reads by slixmpp's plugin; what its callbacks were told."""
        told, end = [], asyncio.get_event_loop().create_future()

        def callback(from_jid, result, nodeId=None, timestamp=None, fields=None, error_msg=None):
            told.append({"result": result, "node": nodeId, "fields": fields, "error": error_msg})
            if result in ("rejected", "done", "failure") and not end.done():
                end.set_result(True)

        self["xep_0323"].request_data(self.boundjid.full, CONCENTRATOR, callback, nodeIds=[node], fields=fields,
                                      flags=flags or {"momentary": "true"})
        await asyncio.wait_for(end, WAIT)
        return told

    async def control(self, node, *fields):
        """Sets by slixmpp's plugin; what its callback was told."""
        end = asyncio.get_event_loop().create_future()
        self["xep_0325"].set_request(self.boundjid.full, CONCENTRATOR,
                                     lambda from_jid, result, **more: end.done() or end.set_result(result), fields, nodeIds=[node])
        return await asyncio.wait_for(end, WAIT)


async def find_services(visitor):
    items = await visitor["xep_0030"].get_items(jid=DOMAIN)
    found = {}
    # A concentrator that is an account of another server is no item of it; whoever knows its address can ask it.
    for jid in sorted({str(jid) for jid, _, _ in items["disco_items"]["items"]} | {CONCENTRATOR}):
        info = await visitor["xep_0030"].get_info(jid=jid)
        found[jid] = sorted(info["disco_info"]["features"])
    tell("services", found=found)


async def claim(owner, tags):
    wrong = await owner.ask("set", REGISTRY, f"<mine xmlns='urn:xmpp:iot:discovery'>{tags.replace('secret', 'guess')}</mine>")
    right = await owner.ask("set", REGISTRY, f"<mine xmlns='urn:xmpp:iot:discovery'>{tags}</mine>")
    tell("claim", wrong=wrong, right=right.attrib)


async def rule(owner, question, element, content, **attributes):
    """Answers a question from the owner's program."""
    attributes = {"jid": question.get("jid"), "remoteJid": question.get("remoteJid"), "key": question.get("key"), "result": "true", **attributes}
    written = " ".join(f"{name}='{value}'" for name, value in attributes.items())
    return await owner.ask("set", PROVISIONING, f"<{element} xmlns='{OWNERSIDE}' {written}>{content}</{element}>")


async def read_out(owner, visitor):
    asked = owner.question()
    tell("read by a stranger", told=await visitor.read("s1"))
    sentence, question = await asked
    tell("question about reading", sentence=sentence, element=local(question))
    tell("rule about reading", answer=await rule(owner, question, "canReadRule", "<partial><f n='temperature'/></partial><fromJid/>"))
    tell("read by an allowed visitor", told=await visitor.read("s1"))
    tell("read a field that is not allowed", told=await visitor.read("s1", fields=["humidity"]))
    tell("read by the owner", told=await owner.read("s1", all="true"))
    tell("read a dead node", told=await owner.read("dead"))
    tell("read no node", told=await owner.read("nobody"))


async def control(owner, visitor):
    asked = owner.question()
    tell("control by a stranger", result=await visitor.control("s1", ("led", "boolean", "true")))
    sentence, question = await asked
    tell("question about control", sentence=sentence, element=local(question))
    await rule(owner, question, "canControlRule", "<partial><p n='led'/></partial><fromJid/>")
    tell("control by an allowed visitor", result=await visitor.control("s1", ("led", "boolean", "true")))
    tell("control of another parameter", result=await visitor.control("s1", ("led", "boolean", "false"), ("interval", "int", "5")))
    tell("control of what is not there", result=await owner.control("s1", ("lamp", "boolean", "true")))
    form = await visitor.ask("get", CONCENTRATOR, "<getForm xmlns='urn:xmpp:iot:control'><node nodeId='s1'/></getForm>")
    tell("form", fields=[field.get("var") for field in form if local(field) == "field"])
    visitor["xep_0325"].set_command(visitor.boundjid.full, CONCENTRATOR, [("led", "boolean", "false")], nodeIds=["s1"])
    # Whoever asks after the command is answered after it.
    await visitor.ask("get", CONCENTRATOR, "<getForm xmlns='urn:xmpp:iot:control'><node nodeId='s1'/></getForm>")


async def schedule(owner):
    accepted = await owner.ask("get", CONCENTRATOR, "<req xmlns='urn:xmpp:iot:sensordata' seqnr='77' momentary='true' when='%s'><node nodeId='s1'/></req>" % sys.argv[4])
    cancelled = await owner.ask("get", CONCENTRATOR, "<cancel xmlns='urn:xmpp:iot:sensordata' seqnr='77'/>")
    again = await owner.ask("get", CONCENTRATOR, "<cancel xmlns='urn:xmpp:iot:sensordata' seqnr='77'/>")
    tell("schedule", accepted=accepted.attrib, cancelled=local(cancelled), again=again)


async def device_of_its_own(owner, device):
    """A device on XMPP: it registers, is claimed, asks who may be its friend, and clears its cache when that changes."""
    tags = "<str name='SN' value='42'/><str name='KEY' value='device secret'/>"
    await device.ask("set", REGISTRY, f"<register xmlns='urn:xmpp:iot:discovery'>{tags}</register>")
    claimed = device.incoming("claimed", "urn:xmpp:iot:discovery")
    await owner.ask("set", REGISTRY, f"<mine xmlns='urn:xmpp:iot:discovery'>{tags}</mine>")
    iq = await claimed
    tell("claimed", sender=str(iq["from"]), owner=list(iq.xml)[0].get("jid"))

    asked = owner.question()
    friend = f"<isFriend xmlns='urn:xmpp:iot:provisioning' jid='visitor@{DOMAIN}/phone'/>"
    before = await device.ask("get", PROVISIONING, friend)
    sentence, question = await asked
    cleared = device.incoming("clearCache", "urn:xmpp:iot:provisioning", "clearCacheResponse")
    await rule(owner, question, "isFriendRule", "", range="Caller")
    iq = await cleared
    after = await device.ask("get", PROVISIONING, friend)
    tell("friend", before=before.attrib, sentence=sentence, sender=str(iq["from"]), after=after.attrib)

    read = await device.ask("get", PROVISIONING, f"<canRead xmlns='urn:xmpp:iot:provisioning' jid='owner@{DOMAIN}' momentary='true'/>")
    tell("owner reads", answer=read.attrib)
    disowned = device.incoming("disowned", "urn:xmpp:iot:discovery")
    given_up = await owner.ask("set", REGISTRY, f"<disown xmlns='urn:xmpp:iot:discovery' jid='device@{DOMAIN}'/>")
    await disowned
    tell("disowned", answer=given_up)


async def subscription(device):
    asked = asyncio.get_event_loop().create_future()
    device.add_event_handler("presence_subscribe", lambda p: asked.done() or asked.set_result(p))
    device.send_presence_subscription(PROVISIONING)
    request = await asyncio.wait_for(asked, WAIT)
    roster = await device.get_roster()
    tell("subscription", sender=str(request["from"]), roster={str(j): i["subscription"] for j, i in roster["roster"]["items"].items()})


async def main():
    owner, visitor, device = [await Client(name).enter() for name in ("owner", "visitor", "device")]
    await find_services(visitor)
    await claim(owner, "<str name='MAN' value='example.org'/><str name='MODEL' value='Rig'/><str name='SN' value='1'/><str name='NAME' value='Sensor 1'/><str name='KEY' value='secret-s1'/>")
    await owner.ask("set", REGISTRY, "<mine xmlns='urn:xmpp:iot:discovery'><str name='MAN' value='example.org'/><str name='MODEL' value='Rig'/><str name='SN' value='2'/><str name='NAME' value='Dead sensor'/><str name='KEY' value='secret-dead'/></mine>")
    await read_out(owner, visitor)
    await control(owner, visitor)
    await schedule(owner)
    await subscription(device)
    await device_of_its_own(owner, device)
    for client in (owner, visitor, device):
        await asyncio.wait_for(client.disconnect(), WAIT)


asyncio.get_event_loop().run_until_complete(main())
