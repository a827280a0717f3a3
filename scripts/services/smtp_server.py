"""The mail server of scripts/services/smtp.sh.

Three ports, whose numbers stand in the file `ports` once the server listens:

    plain     neither TLS nor a login
    starttls  takes no letter before STARTTLS and a login as rialto / correct horse
    tls       TLS from the first byte, and the same login

A recipient whose address begins with `refused` is refused for ever, one with `later` for now, and whoever writes to
`slow…` waits for long. Each letter that is taken becomes a file in `mails/`.
"""

import asyncio
import itertools
import json
import os
import ssl
import sys
from email import message_from_bytes, policy

from aiosmtpd.smtp import SMTP, AuthResult

FOLDER = sys.argv[1]
LOGIN = (b"rialto", b"correct horse")
numbers = itertools.count(1)


class Post:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused"):
            return "550 5.1.1 there is nobody of this name"
        if address.startswith("later"):
            return "450 4.2.1 come back later"
        if address.startswith("slow"):
            await asyncio.sleep(60)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        letter = message_from_bytes(envelope.content, policy=policy.default)
        written = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "headers": [[name, str(value)] for name, value in letter.items()],
            "subject": letter["Subject"],
            "text": letter.get_content(),
            "login": session.auth_data,
            "tls": session.ssl is not None or server.transport.get_extra_info("ssl_object") is not None,
        }
        name = os.path.join(FOLDER, "mails", f"{next(numbers):06}.json")
        with open(name + ".part", "w", encoding="utf-8") as file:
            json.dump(written, file)
        # Whoever looks sees the whole letter or none.
        os.rename(name + ".part", name)
        return "250 taken"


def check(server, session, envelope, mechanism, data):
    right = (data.login, data.password) == LOGIN
    # Not handled: the server answers, 235 or 535.
    return AuthResult(success=right, handled=False, auth_data=data.login.decode() if right else None)


async def listen(tls=None, **options):
    loop = asyncio.get_running_loop()

    def session():
        return SMTP(Post(), hostname="localhost", enable_SMTPUTF8=True, **options)

    server = await loop.create_server(session, "127.0.0.1", 0, ssl=tls)
    return server, server.sockets[0].getsockname()[1]


async def main():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(os.path.join(FOLDER, "server.pem"), os.path.join(FOLDER, "server.key"))
    login = {"auth_required": True, "authenticator": check}
    ports = {
        "plain": await listen(),
        "starttls": await listen(tls_context=context, require_starttls=True, auth_require_tls=True, **login),
        "tls": await listen(tls=context, auth_require_tls=False, **login),
    }
    name = os.path.join(FOLDER, "ports")
    with open(name + ".part", "w", encoding="utf-8") as file:
        file.writelines(f"{kind}={port}\n" for kind, (_, port) in ports.items())
    os.rename(name + ".part", name)
    await asyncio.gather(*(server.serve_forever() for server, _ in ports.values()))


asyncio.run(main())
