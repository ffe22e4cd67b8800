"""Answers questions of DNS over UDP from a file of records, as dig prints them.

Usage: dns-answers.py ADDRESS PORT RECORDS READY

READY is a file that is written as soon as questions are answered.
"""

import pathlib
import socket
import struct
import sys

TYPES = {"A": 1, "AAAA": 28, "SRV": 33}


def name(text):
    labels = text.rstrip(".").split(".")
    return b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"


def data(kind, fields):
    if kind == "SRV":
        return struct.pack(">HHH", *map(int, fields[:3])) + name(fields[3])
    return socket.inet_pton(socket.AF_INET if kind == "A" else socket.AF_INET6, fields[0])


def records(path):
    found = {}
    for line in pathlib.Path(path).read_text().splitlines():
        owner, _, _, kind, *fields = line.split()
        found.setdefault(owner.rstrip(".").lower(), []).append((TYPES[kind], data(kind, fields)))
    return found


def question(packet):
    labels, place = [], 12
    while length := packet[place]:
        labels.append(packet[place + 1:place + 1 + length].decode())
        place += length + 1
    return ".".join(labels).lower(), struct.unpack(">H", packet[place + 1:place + 3])[0], packet[12:place + 5]


def answer(packet, known):
    owner, kind, asked = question(packet)
    answers = [
        b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(content)) + content
        for type_, content in known.get(owner, []) if type_ == kind
    ]
    flags = 0x8180 if owner in known else 0x8183
    return packet[:2] + struct.pack(">HHHHH", flags, 1, len(answers), 0, 0) + asked + b"".join(answers)


def main():
    address, port, path, ready = sys.argv[1:]
    known = records(path)
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((address, int(port)))
    pathlib.Path(ready).write_text("ready")
    while True:
        packet, client = server.recvfrom(4096)
        server.sendto(answer(packet, known), client)


main()
