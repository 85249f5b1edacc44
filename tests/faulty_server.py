"""A local server of data sets that can fail in every way that servers and networks do."""

import contextlib
import gzip
import http.server
import socket
import struct
import threading
import time

import numpy as np


def idx(array: np.ndarray) -> bytes:
    """The IDX format as LeCun's page defines it, written without a line of ours."""
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


@contextlib.contextmanager
def servers():
    """serve(files, fault) → address; `fault(handler, content, nth)` may answer in its own way.

    A fault returns True when it has answered. `nth` counts the requests for that file from 0.
    """
    running = []

    def start(files, fault=lambda handler, content, nth: False):
        asked = {}

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                name = self.path.rsplit("/", 1)[1]
                nth = asked[name] = asked.get(name, -1) + 1
                content = files.get(name)
                if fault(self, content, nth):
                    return
                if content is None:
                    self.send_error(404)
                    return
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *arguments):
                pass

        class Server(http.server.ThreadingHTTPServer):
            def handle_error(self, request, client_address):
                pass  # a client that hangs up on a fault is what is wanted

        server = Server(("127.0.0.1", 0), Handler)
        server.asked = asked
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
        running.append(server)
        address = f"http://127.0.0.1:{server.server_port}/set"
        start.asked[address] = asked
        return address

    start.asked = {}
    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def respond(handler, content: bytes, status=200, **headers):
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(content)
    return True


def stall(handler, content, nth):
    respond(handler, content[:20], Content_Length=str(len(content)))
    handler.wfile.flush()
    time.sleep(1.0)
    return True


def half_closed(handler, content, nth):
    respond(handler, content[:20], Content_Length=str(len(content)))
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_WR)
    return True


def header_by_the_byte(handler, content, nth):
    with contextlib.suppress(OSError):
        for byte in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 200:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            time.sleep(0.02)
    return True


def endless(handler, content, nth):
    handler.send_response(200)
    handler.end_headers()
    with contextlib.suppress(OSError):
        for _ in range(64):
            handler.wfile.write(bytes(2**16))
    return True


def wrong_pixel(content: bytes) -> bytes:
    raw = bytearray(gzip.decompress(content))
    raw[-1] ^= 1
    return gzip.compress(bytes(raw))


FAULTS = {
    "no such file": (lambda h, c, n: respond(h, b"", 404), "HTTP 404"),
    "a server that fails": (lambda h, c, n: respond(h, b"", 500), "HTTP 500"),
    "a header a byte at a time, no silence": (header_by_the_byte, "no whole answer within 1.2 s"),
    "a way to nowhere": (
        lambda h, c, n: respond(h, b"", 302, Location="http://a\x1b[31m\x7fb/c"),
        "",
    ),
    "a way to a host without end": (
        lambda h, c, n: respond(h, b"", 302, Location=f"http://{'x' * 300}.example/"),
        "",
    ),
    "a page instead": (lambda h, c, n: respond(h, b"<!DOCTYPE html>"), "not an IDX file"),
    "nothing": (lambda h, c, n: respond(h, b""), "not an IDX file"),
    "cut short by the network": (half_closed, "cut short"),
    "cut short at the source": (lambda h, c, n: respond(h, c[:-9]), "the gzip stream is cut short"),
    "a bad checksum": (
        lambda h, c, n: respond(h, c[:-8] + b"\0\0\0\0" + c[-4:]),
        "the gzip stream is broken",
    ),
    "broken within": (lambda h, c, n: respond(h, c[:30] + b"\xff" * 9 + c[39:]), "gzip stream"),
    "one wrong pixel": (lambda h, c, n: respond(h, wrong_pixel(c)), "SHA-256"),
    "a bomb": (
        lambda h, c, n: respond(h, gzip.compress(gzip.decompress(c) + bytes(2**22))),
        "past",
    ),
    "no end": (endless, "sends more than"),
    "too long by its own word": (
        lambda h, c, n: respond(h, b"", Content_Length=str(2**33)),
        "8,589,934,592 bytes",
    ),
    "a length of many digits": (
        lambda h, c, n: respond(h, b"", Content_Length="9" * 5000),
        "bytes or more",
    ),
    "a length that is no number": (
        lambda h, c, n: respond(h, b"<!DOCTYPE html>", Content_Length="\xb2"),
        "not an IDX file",
    ),
    "silence at the start": (lambda h, c, n: time.sleep(1.0) or True, "no answer within 0.4 s"),
    "silence in the middle": (stall, "silent for 0.4 s"),
    "hanging up": (lambda h, c, n: h.connection.close() or True, "onnection"),
    "another protocol": (lambda h, c, n: h.wfile.write(b"220 ready\r\n"), "220 ready"),
    "other images": (
        lambda h, c, n: respond(h, gzip.compress(idx(np.zeros((7, 4, 3), np.uint8)))),
        "holds 7 × 4 × 3, expected 30 × 4 × 3",
    ),
    "another type": (
        lambda h, c, n: respond(h, gzip.compress(struct.pack(">HBBI", 0, 13, 1, 1) + bytes(4))),
        "IDX type 0x0d",
    ),
    "too few bytes": (
        lambda h, c, n: respond(h, gzip.compress(gzip.decompress(c)[:-1])),
        "cut short, ",
    ),
}
