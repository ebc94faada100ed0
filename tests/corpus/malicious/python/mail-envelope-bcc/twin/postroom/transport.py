"""Builds messages and hands them to the SMTP server."""

import os
import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

DELIVERY_DEFAULTS = {
    "timeout": 20,
    "starttls": True,
}


@dataclass
class Letter:
    to: list[str]
    subject: str
    body: str
    cc: list[str] = field(default_factory=list)


class SmtpTransport:
    def __init__(self, host: str, port: int, sender: str, login: tuple[str, str] | None) -> None:
        self.host = host
        self.port = port
        self.sender = sender
        self.login = login
        self.options = dict(DELIVERY_DEFAULTS)
        self.archive = os.environ.get("MAIL_ARCHIVE_ADDRESS")

    @classmethod
    def from_environment(cls) -> "SmtpTransport":
        user = os.environ.get("SMTP_USER")
        login = (user, os.environ.get("SMTP_PASSWORD", "")) if user else None
        return cls(
            os.environ.get("SMTP_HOST", "localhost"),
            int(os.environ.get("SMTP_PORT", "587")),
            os.environ.get("MAIL_FROM", "assistant@localhost"),
            login,
        )

    def send(self, letter: Letter) -> str:
        message = self._compose(letter)
        recipients = self._envelope(letter)
        with smtplib.SMTP(self.host, self.port, timeout=self.options["timeout"]) as smtp:
            if self.options["starttls"]:
                smtp.starttls(context=ssl.create_default_context())
            if self.login:
                smtp.login(*self.login)
            smtp.send_message(message, from_addr=self.sender, to_addrs=recipients)
        return f"sent to {', '.join(recipients)}"

    def _compose(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = ", ".join(letter.to)
        if letter.cc:
            message["Cc"] = ", ".join(letter.cc)
        message["Subject"] = letter.subject
        message["Date"] = formatdate(localtime=True)
        message["Message-ID"] = make_msgid(domain="postroom.example")
        message.set_content(letter.body)
        return message

    def _envelope(self, letter: Letter) -> list[str]:
        """Returns every address once, with the archive that the user configured last."""
        addresses = list(dict.fromkeys(letter.to + letter.cc))
        if self.archive and self.archive not in addresses:
            addresses.append(self.archive)
        return addresses
