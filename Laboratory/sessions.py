"""The sessions in the memory of one server, and the copies of those of others."""

import secrets
from dataclasses import dataclass


@dataclass
class Session:
    sid: str
    # The id by which routers find the session; with copies, it says where they belong.
    route: str = ""
    count: int = 0
    # The server that answered last.
    owner: str = ""
    # Who sent this copy, and where this server has sent one.
    sender: str = ""
    copied_to: str | None = None

    def told(self):
        """What other servers are told."""
        return {"sid": self.sid, "route": self.route, "count": self.count, "owner": self.owner}


class Sessions:
    def __init__(self, server, adopt=False):
        self.server = server
        self.held = {}
        self._adopt = adopt

    def count(self, sid, route=""):
        """What the server answers to a request with this id, which may be None.

        Whether it has the session itself or a copy makes no difference: from now on it is its own.
        """
        known = sid in self.held
        if not known:
            if not (sid and self._adopt):
                sid = secrets.token_hex(16)
            self.held[sid] = Session(sid)
        session = self.held[sid]
        session.count += 1
        session.owner = self.server
        session.route = route or session.route
        return {"server": self.server, "sid": sid, "count": session.count, "known": known}

    def take(self, told):
        """Takes a copy, unless the session has counted further here."""
        session = self.held.setdefault(told["sid"], Session(told["sid"]))
        if session.count > told["count"]:
            return False
        session.route, session.count, session.owner = told["route"], told["count"], told["owner"]
        session.sender = told.get("sender", "")
        return True

    def drop(self, told):
        """Drops a copy, if nobody but the one who asks has sent it, and no client has used it."""
        session = self.held.get(told["sid"])
        if session and session.owner != self.server and session.sender == told["sender"]:
            del self.held[session.sid]
