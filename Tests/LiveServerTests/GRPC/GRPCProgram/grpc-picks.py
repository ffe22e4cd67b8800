"""Asks gRPC which server it picks for keys under ring_hash.

Usage: grpc-picks.py OPTIONS ADDRESS ...

OPTIONS is a JSON object: "minRingSize" and "maxRingSize" of the policy; "cap", the largest ring of the
channel; "refusing", the addresses of the list at which nobody listens. Keys come in lines of standard input.
Servers answer with their address, which is printed for each key.
"""

import json
import os
import sys
from concurrent import futures

os.environ["GRPC_EXPERIMENTAL_RING_HASH_SET_REQUEST_HASH_KEY"] = "true"
os.environ["GRPC_VERBOSITY"] = "NONE"

import grpc


class Answer(grpc.GenericRpcHandler):
    """Answers every call with an address."""

    def __init__(self, address):
        self.address = address.encode()

    def service(self, details):
        return grpc.unary_unary_rpc_method_handler(lambda request, context: self.address)


def serve(address):
    server = grpc.server(
        futures.ThreadPoolExecutor(1), options=[("grpc.so_reuseport", 0)], handlers=[Answer(address)]
    )
    server.add_insecure_port(address)
    server.start()
    return server


def main():
    options, addresses = json.loads(sys.argv[1]), sys.argv[2:]
    servers = [serve(address) for address in addresses if address not in options["refusing"]]
    sizes = {name: options[name] for name in ("minRingSize", "maxRingSize") if name in options}
    policy = {"ring_hash_experimental": {"requestHashHeader": "x-key", **sizes}}
    settings = [
        ("grpc.service_config", json.dumps({"loadBalancingConfig": [policy]})),
        ("grpc.enable_http_proxy", 0),
    ]
    if "cap" in options:
        settings.append(("grpc.lb.ring_hash.ring_size_cap", options["cap"]))
    with grpc.insecure_channel("ipv4:" + ",".join(addresses), options=settings) as channel:
        call = channel.unary_unary("/live/Pick")
        for line in sys.stdin:
            metadata = (("x-key", line.rstrip("\n")),)
            print(call(b"", metadata=metadata, wait_for_ready=True).decode())
    for server in servers:
        server.stop(None)


main()
