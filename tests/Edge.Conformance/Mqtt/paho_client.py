"""Eclipse Paho as a client of MQTT 5.0: plays one scene and prints what it is told. Arguments: scene, transport, port, CA, token."""
import queue
import sys
import time

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCodes
from paho.mqtt.subscribeoptions import SubscribeOptions

scene, transport, port, ca_file, token = sys.argv[1:]
PATIENCE = 20


def properties(packet_type, **values):
    result = Properties(packet_type)
    for name, value in values.items():
        setattr(result, name, value)
    return result


class Client:
    """A connection whose answers can be waited for."""

    def __init__(self, client_id):
        self.answers, self.messages = queue.Queue(), queue.Queue()
        self.mqtt = client = mqtt.Client(client_id, protocol=mqtt.MQTTv5, transport="websockets" if transport == "wss" else "tcp")
        client.username_pw_set(client_id, token)
        if transport != "tcp":
            client.tls_set(ca_certs=ca_file)
        if transport == "wss":
            client.ws_set_options(path="/mqtt")
        client.on_connect = lambda _, __, flags, code, ___: self.answers.put((flags["session present"], str(code)))
        client.on_subscribe = lambda _, __, ___, codes, ____: self.answers.put([str(code) for code in codes])
        client.on_message = lambda _, __, message: self.messages.put(message)

    def connect(self, clean=True, **values):
        self.mqtt.connect("localhost", int(port), clean_start=clean, properties=properties(PacketTypes.CONNECT, **values))
        self.mqtt.loop_start()
        return self.answers.get(timeout=PATIENCE)

    def subscribe(self, topic_filter, qos=1, more=None, **options):
        self.mqtt.subscribe(topic_filter, options=SubscribeOptions(qos, **options), properties=more)
        return self.answers.get(timeout=PATIENCE)

    def publish(self, topic, text, qos=1, retain=False, **values):
        self.mqtt.publish(topic, text, qos, retain, properties(PacketTypes.PUBLISH, **values)).wait_for_publish(PATIENCE)

    def next(self):
        return self.messages.get(timeout=PATIENCE)

    def print(self):
        message = self.next()
        print(message.topic, message.qos, message.payload.decode(), flush=True)
        return message

    def disconnect(self, **values):
        self.mqtt.disconnect(ReasonCodes(PacketTypes.DISCONNECT), properties(PacketTypes.DISCONNECT, **values))
        self.mqtt.loop_stop()

    def vanish(self):
        """Ends without a word, as a device that loses its power."""
        self.mqtt.loop_stop(force=True)
        self.mqtt.socket().close()


def show_properties():
    client = Client("paho")
    client.connect()
    client.subscribe("home/#", 2, properties(PacketTypes.SUBSCRIBE, SubscriptionIdentifier=7))
    client.publish("home/x", "{}", 2, PayloadFormatIndicator=1, MessageExpiryInterval=600, ContentType="application/json", ResponseTopic="home/answer",
                   CorrelationData=b"\x00\xff", UserProperty=[("a", "1"), ("a", "2")])
    got = client.print().properties
    print(got.PayloadFormatIndicator, got.MessageExpiryInterval > 500, got.ContentType, got.ResponseTopic, got.CorrelationData.hex(), got.UserProperty)
    print(got.SubscriptionIdentifier)
    print(client.subscribe("foreign/#"))
    client.subscribe("home/#", noLocal=True)
    client.publish("home/x", "not to me")
    client.subscribe("home/#")
    client.publish("home/x", "to me")
    client.print()
    client.disconnect()


def show_session():
    client, other = Client("paho"), Client("paho-2")
    other.connect()
    print(client.connect(clean=False, SessionExpiryInterval=600))
    client.subscribe("home/mail")
    client.disconnect()
    other.publish("home/mail", "kept", 2)
    client = Client("paho")
    print(client.connect(clean=False, SessionExpiryInterval=600))
    client.print()
    client.disconnect(SessionExpiryInterval=0)
    client = Client("paho")
    print(client.connect(clean=False))
    client.disconnect()
    other.disconnect()


def show_shared():
    members, other = [Client("paho"), Client("paho-2")], Client("paho-3")
    other.connect()
    for member in members:
        member.connect()
        print(member.subscribe("$share/group/home/shared"))
    for number in range(10):
        other.publish("home/shared", str(number))
    got = sorted(int(member.next().payload) for member in members for _ in range(5))
    print(got, [member.messages.qsize() for member in members])
    for client in [*members, other]:
        client.disconnect()


def show_will():
    watcher, client = Client("paho"), Client("paho-2")
    watcher.connect()
    watcher.subscribe("home/will")
    for delay, returns in ((2, False), (60, True)):
        client.mqtt.will_set("home/will", f"gone {delay}", 1, properties=properties(PacketTypes.WILLMESSAGE, WillDelayInterval=delay))
        client.connect(SessionExpiryInterval=600)
        since = time.monotonic()
        client.vanish()
        client = Client("paho-2")
        if returns:
            client.connect(clean=False)
            client.publish("home/will", "back in time")
        watcher.print()
        print(returns or time.monotonic() - since > 1.9)
    client.disconnect()
    watcher.disconnect()


def show_alias():
    client = Client("paho")
    client.connect()
    client.subscribe("home/#")
    client.publish("home/a", "named", TopicAlias=1)
    client.publish("", "by alias", TopicAlias=1)
    client.publish("home/b", "named anew", 2, TopicAlias=1)
    client.publish("", "by alias", 2, TopicAlias=1)
    for _ in range(4):
        client.print()
    client.disconnect()


{"properties": show_properties, "session": show_session, "shared": show_shared, "will": show_will, "alias": show_alias}[scene]()
