"""Romeo at a terminal with profanity, Juliet with slixmpp: he connects, sees his roster, gets a message and answers it.

Arguments: port, domain, CA file, the program, a folder for its home. Prints one JSON object a line: {"step": ..., ...}.
"""
import asyncio
import fcntl
import json
import os
import pty
import re
import signal
import struct
import sys
import termios

import slixmpp

PORT, DOMAIN, CA, PROGRAM, HOME = int(sys.argv[1]), *sys.argv[2:6]
WAIT = 20


def tell(step, **seen):
    print(json.dumps({"step": step, **seen}), flush=True)


class Terminal:
    """A terminal of 200 by 50 with a program in it."""

    def __init__(self):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
            os.execve(PROGRAM, [PROGRAM], {"HOME": HOME, "XDG_CONFIG_HOME": HOME + "/config", "XDG_DATA_HOME": HOME + "/data",
                                           "TERM": "xterm", "LANG": "C.UTF-8", "LINES": "50", "COLUMNS": "200"})
        self.seen = ""
        self.changed = asyncio.Event()
        asyncio.get_event_loop().add_reader(self.fd, self.read)

    def read(self):
        try:
            text = os.read(self.fd, 65536).decode(errors="replace")
        except OSError:
            asyncio.get_event_loop().remove_reader(self.fd)
            return
        # What moves the cursor parts words; colours do not.
        text = re.sub(r"\x1b\[[0-9;]*m|\x1b\(B|\x0f", "", text)
        self.seen += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>78]", " ", text)
        self.changed.set()

    def type(self, line):
        os.write(self.fd, (line + "\r").encode())

    async def shows(self, pattern):
        """Waits until this is on the screen, and forgets what was there."""
        async def look():
            while not (found := re.search(pattern, self.seen)):
                self.changed.clear()
                await self.changed.wait()
            self.seen = self.seen[found.end():]
            return found
        try:
            return await asyncio.wait_for(look(), WAIT)
        except asyncio.TimeoutError:
            raise AssertionError(f"not on the screen: {pattern}; but: {self.seen[-3000:]!r}") from None

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def event(person, name):
    future = asyncio.get_event_loop().create_future()
    person.add_event_handler(name, lambda data: future.done() or future.set_result(data))
    return asyncio.wait_for(future, WAIT)


async def main():
    os.makedirs(HOME + "/config", exist_ok=True)
    juliet = slixmpp.ClientXMPP(f"juliet@{DOMAIN}", "password of juliet")
    juliet.ca_certs, juliet.use_ipv6, juliet.auto_authorize = CA, False, True
    started = event(juliet, "session_start")
    juliet.connect(("127.0.0.1", PORT), force_starttls=True)
    await started
    juliet.send_presence()

    terminal = Terminal()
    try:
        await terminal.shows("Profanity")
        asked = event(juliet, "presence_subscribe")
        terminal.type(f"/connect romeo@{DOMAIN} server 127.0.0.1 port {PORT} tls trust")
        await terminal.shows("(?i)password")
        terminal.type("password of romeo")
        await terminal.shows(f"romeo@{DOMAIN}.*logged in")
        tell("logged in")

        terminal.type(f"/roster add juliet@{DOMAIN} Juliet")
        terminal.type(f"/sub request juliet@{DOMAIN}")
        await asked
        terminal.type("/roster")
        await terminal.shows(r"Juliet")
        tell("roster")

        juliet.send_message(mto=f"romeo@{DOMAIN}", mbody="Wherefore art thou?", mtype="chat")
        await terminal.shows("chat message")
        answer = event(juliet, "message")
        terminal.type(f"/msg juliet@{DOMAIN} Neither, fair maid.")
        message = await answer
        await terminal.shows("Wherefore art thou")
        tell("message", sender=message["from"].bare, body=message["body"])
        terminal.type("/quit")
    finally:
        terminal.close()
    await asyncio.wait_for(juliet.disconnect(), WAIT)


asyncio.get_event_loop().run_until_complete(asyncio.wait_for(main(), 50))
