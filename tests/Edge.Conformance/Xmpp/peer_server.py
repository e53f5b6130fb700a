"""A client and a component of somebody else's server: the client writes to the component, which answers.

Arguments: the clients' port, the components' port, domain, CA file, the components' secret. Prints one JSON object a line: {"step": ..., ...}.
"""
import asyncio
import json
import sys

import slixmpp

PORT, COMPONENT_PORT, DOMAIN, CA, SECRET = int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:6]
WAIT = 20


def event(stream, name):
    future = asyncio.get_event_loop().create_future()
    stream.add_event_handler(name, lambda data: future.done() or future.set_result(data))
    return asyncio.wait_for(future, WAIT)


async def main():
    component = slixmpp.ComponentXMPP(f"things.{DOMAIN}", SECRET, "127.0.0.1", COMPONENT_PORT)
    component.add_event_handler("message", lambda message: message.reply("things says hello").send())
    started = event(component, "session_start")
    component.connect("127.0.0.1", COMPONENT_PORT)
    await started

    romeo = slixmpp.ClientXMPP(f"romeo@{DOMAIN}", "password of romeo")
    romeo.ca_certs = CA
    romeo.use_ipv6 = False
    started = event(romeo, "session_start")
    romeo.connect(("127.0.0.1", PORT), force_starttls=True)
    await started
    romeo.send_presence()
    answer = event(romeo, "message")
    romeo.send_message(f"things.{DOMAIN}", "hello")
    print(json.dumps({"step": "answer", "body": (await answer)["body"]}), flush=True)
    await asyncio.wait_for(romeo.disconnect(), WAIT)
    await asyncio.wait_for(component.disconnect(), WAIT)


asyncio.get_event_loop().run_until_complete(main())
