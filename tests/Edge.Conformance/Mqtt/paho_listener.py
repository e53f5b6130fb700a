"""Subscribes over TLS with a token as password, prints what comes, and says when it is cut off."""
import sys

import paho.mqtt.client as mqtt

port, ca_file, token, *filters = sys.argv[1:]
client = mqtt.Client(client_id="phone", protocol=mqtt.MQTTv311)
client.username_pw_set("phone", token)
client.tls_set(ca_certs=ca_file)


def on_connect(client, userdata, flags, code):
    if code != 0:
        print(f"refused {code}", flush=True)
        client.disconnect()
    client.subscribe([(topic_filter, 1) for topic_filter in filters])


def on_message(client, userdata, message):
    print(f"{message.topic} {message.payload.decode()}", flush=True)


def on_disconnect(client, userdata, code):
    print("cut off" if code else "bye", flush=True)
    client.disconnect()


client.on_connect, client.on_message, client.on_disconnect = on_connect, on_message, on_disconnect
client.connect("localhost", int(port), keepalive=60)
client.loop_forever(retry_first_connection=False)
