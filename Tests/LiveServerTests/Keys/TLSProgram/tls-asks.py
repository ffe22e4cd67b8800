"""Asks an HTTP server over TLS, once for each line of standard input, which is the server name to send.

An empty line sends no name. The body of each answer is printed on a line. The certificate is not checked.

Usage: tls-asks.py HOST PORT
"""

import socket
import ssl
import sys

context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
address = (sys.argv[1], int(sys.argv[2]))
for line in sys.stdin:
    name = line.rstrip("\n") or None
    with socket.create_connection(address, timeout=10) as plain:
        with context.wrap_socket(plain, server_hostname=name) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: live\r\nConnection: close\r\n\r\n")
            answer = b""
            while part := connection.recv(65536):
                answer += part
    print(answer.partition(b"\r\n\r\n")[2].decode())
