"""nginx's `hash KEY consistent`, so that an application knows where nginx will look for a session."""

import bisect
import re
import zlib

# Points of a server of weight 1.
POINTS = 160

# After more steps along the ring than these that find no server, nginx takes round robin instead.
STEPS = 20


def hashed(text):
    """The bytes that the points of a server line start from: the host, a zero byte, the port."""
    if text[:5].lower() == "unix:":
        return text[5:].encode() + b"\0"
    host, port = re.fullmatch(r"(.*?)(?::(\d*))?", text, re.DOTALL).groups()
    return host.encode() + b"\0" + (port or "").encode()


class Ring:
    def __init__(self, servers):
        """`servers` are the lines of an upstream: the text, the weight, and whether the line is up."""
        self._up = {at for at, (_, _, up) in enumerate(servers) if up}
        self._lines = {}
        owners = {}
        for at, (text, weight, _) in enumerate(servers):
            self._lines.setdefault(text, []).append(at)
            base, point = zlib.crc32(hashed(text)), 0
            for _ in range(POINTS * weight):
                # Each point is made with the one before it.
                point = zlib.crc32(point.to_bytes(4, "little"), base)
                # Of equal points the line that stands first keeps its own.
                owners.setdefault(point, text)
        self._points = sorted(owners)
        self._texts = [owners[point] for point in self._points]

    def preference(self, key):
        """The positions of the servers in the order in which nginx tries them, if each fails.

        It ends early where nginx takes round robin instead, whose state nobody else knows.
        """
        free = set(self._up)
        if key and len(free) > 1:
            at = bisect.bisect_left(self._points, zlib.crc32(key.encode()))
            steps = 0
            while free and steps <= STEPS:
                text = self._texts[at % len(self._texts)]
                # Lines with equal texts have the same points, and are tried one after the other.
                found = next((line for line in self._lines[text] if line in free), None)
                if found is None:
                    at, steps = at + 1, steps + 1
                else:
                    free.remove(found)
                    yield found
        # Round robin over one server leads to that one.
        if len(free) == 1:
            yield free.pop()
