"""What slixmpp's plugins see of one feature of the server.

Arguments: port, domain, CA file, the feature. Prints one JSON object a line: {"step": ..., ...}.
"""
import asyncio
import json
import sys

import slixmpp
from slixmpp.exceptions import IqError
from slixmpp.plugins.xep_0048 import Bookmarks

PORT, DOMAIN, CA, FEATURE = int(sys.argv[1]), *sys.argv[2:5]
WAIT = 15


def tell(step, **seen):
    print(json.dumps({"step": step, **seen}), flush=True)


class Person(slixmpp.ClientXMPP):
    def __init__(self, name, *plugins):
        super().__init__(f"{name}@{DOMAIN}", f"password of {name}")
        self.ca_certs, self.use_ipv6 = CA, False
        for plugin in plugins:
            self.register_plugin(plugin)

    async def enter(self, outcome="session_start", presence=True):
        happened = self.next(outcome)
        self.connect(("127.0.0.1", PORT), force_starttls=True)
        await happened
        if presence and outcome == "session_start":
            own = self.next("presence_available")
            self.send_presence()
            await own
        return self

    def next(self, event, wanted=lambda data: True):
        future = asyncio.get_event_loop().create_future()

        def take(data):
            if not future.done() and wanted(data):
                future.set_result(data)

        self.add_event_handler(event, take)
        return asyncio.wait_for(future, WAIT)

    def leave(self):
        return asyncio.wait_for(self.disconnect(), WAIT)


async def vcard():
    romeo, juliet = await Person("romeo", "xep_0054").enter(), await Person("juliet", "xep_0054").enter()
    card = romeo["xep_0054"].make_vcard()
    card["FN"], card["BDAY"] = "Romeo Montague", "1591-01-29"
    await romeo["xep_0054"].publish_vcard(card)
    for who, person in (("own", romeo), ("friend", juliet)):
        seen = await person["xep_0054"].get_vcard(jid=None if who == "own" else romeo.boundjid.bare, cached=False)
        tell(who, name=seen["vcard_temp"]["FN"])
    await romeo.leave()
    await juliet.leave()


async def private():
    romeo = await Person("romeo", "xep_0049", "xep_0048").enter()
    bookmarks = Bookmarks()
    bookmarks.add_url("https://example.org/", name="an example")
    await romeo["xep_0049"].store(bookmarks)
    kept = await romeo["xep_0049"].retrieve("bookmarks")
    tell("kept", urls=[url["url"] for url in kept["private"]["bookmarks"]["urls"]])
    await romeo.leave()


async def resumption():
    romeo, juliet = Person("romeo", "xep_0198"), await Person("juliet").enter()
    enabled = romeo.next("sm_enabled")
    await romeo.enter()
    tell("enabled", resume=bool((await enabled)["id"]))
    before = romeo.boundjid.full

    lost = romeo.next("disconnected")
    romeo.transport.abort()
    await lost
    juliet.send_message(mto=before, mbody="while you were away", mtype="chat")
    got = romeo.next("message")
    await romeo.enter("session_resumed")
    message = await got
    tell("resumed", same=romeo.boundjid.full == before, body=message["body"])
    juliet.send_message(mto=before, mbody="and now", mtype="chat")
    tell("after", body=(await romeo.next("message", lambda m: m["body"] == "and now"))["body"])
    await romeo.leave()
    await juliet.leave()


async def blocking():
    romeo, juliet = await Person("romeo", "xep_0191", "xep_0199").enter(), await Person("juliet", "xep_0199").enter()
    await romeo["xep_0191"].get_blocked()  # who has asked is told of changes (XEP-0191 section 3.3)
    pushed = romeo.next("blocked")
    await romeo["xep_0191"].block(juliet.boundjid.bare)
    await pushed
    blocked = await romeo["xep_0191"].get_blocked()
    tell("blocked", jids=sorted(str(jid) for jid in blocked["blocklist"]["items"]))
    refused = juliet.next("message_error")
    juliet.send_message(mto=romeo.boundjid.bare, mbody="hello?", mtype="chat")
    tell("refused", condition=(await refused)["error"]["condition"])
    try:
        await juliet["xep_0199"].ping(jid=romeo.boundjid.full, timeout=WAIT)
    except IqError as e:
        tell("request", condition=e.condition)
    unblocked = romeo.next("unblocked")
    await romeo["xep_0191"].unblock(juliet.boundjid.bare)
    await unblocked
    got = romeo.next("message")
    juliet.send_message(mto=romeo.boundjid.bare, mbody="hello again", mtype="chat")
    tell("unblocked", body=(await got)["body"])
    await romeo.leave()
    await juliet.leave()


async def carbons():
    desk, phone = await Person("romeo", "xep_0280").enter(), await Person("romeo", "xep_0280").enter()
    juliet = await Person("juliet").enter()
    await desk["xep_0280"].enable()
    received = desk.next("carbon_received")
    juliet.send_message(mto=phone.boundjid.full, mbody="to the phone", mtype="chat")
    copy = (await received)["carbon_received"]
    tell("received", sender=str(copy["from"].bare), body=copy["body"])
    sent = desk.next("carbon_sent")
    phone.send_message(mto=juliet.boundjid.bare, mbody="from the phone", mtype="chat")
    copy = (await sent)["carbon_sent"]
    tell("sent", receiver=str(copy["to"].bare), body=copy["body"])
    for person in (desk, phone, juliet):
        await person.leave()


async def offline():
    juliet = await Person("juliet", "xep_0030").enter()
    for number in range(3):
        juliet.send_message(mto=f"romeo@{DOMAIN}", mbody=f"message {number}", mtype="chat")
    info = await juliet["xep_0030"].get_info(jid=DOMAIN)  # behind the messages, so they are kept
    tell("feature", offered="msgoffline" in info["disco_info"]["features"])
    romeo = Person("romeo", "xep_0203")
    got = []
    all_there = romeo.next("message", lambda m: got.append(m) or len(got) == 3)
    await romeo.enter()
    await all_there
    tell("kept", bodies=[m["body"] for m in got], delayed=all(m["delay"]["stamp"] is not None for m in got), sender=str(got[0]["from"].bare))
    await romeo.leave()
    await juliet.leave()


asyncio.get_event_loop().run_until_complete(asyncio.wait_for(globals()[FEATURE](), 50))
