"""A sign-up backend with Python's own web server and PyJWT. ISSUER, AUDIENCE and PORT come from the environment."""

import json
import os
import re
import secrets
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR
from threading import Lock, Timer
from time import monotonic
from urllib.parse import parse_qs, urlsplit

import jwt

ISSUER, AUDIENCE, PORT = (os.environ[name] for name in ("ISSUER", "AUDIENCE", "PORT"))
ACTION = "signup"
KEYS_SECONDS, REFETCH_SECONDS, RETRY_SECONDS, FETCH_SECONDS = 300, 30, 1, 5
MAX_TOKEN, MAX_BODY_BYTES, MAX_KEYS_BYTES, MAX_SESSIONS = 2048, 16_384, 65_536, 10_000
E164 = re.compile(r"\+[1-9][0-9]{5,14}")
REQUIRED = ["iss", "aud", "exp", "nbf", "iat"]

# Session id to the nonce its next token must carry. Yours is the session store you already have.
nonces = {}
lock = Lock()


class KeysUnavailable(Exception):
    """The issuer's keys could not be fetched; the token may be good."""


class Keys:
    """The issuer's keys by key id. PyJWKClient would fetch them again for every made-up key id."""

    def __init__(self):
        self.by_id, self.failed, self.lock = {}, False, Lock()
        self.fetched_at = self.tried_at = float("-inf")

    def find(self, kid):
        # Whoever brings a known key id waits for no fetch.
        if not self.know(kid):
            with self.lock:
                if not self.know(kid):
                    self.refresh()
        return self.by_id.get(kid)

    def fresh(self):
        return monotonic() - self.fetched_at <= KEYS_SECONDS

    def know(self, kid):
        return self.fresh() and kid in self.by_id

    def refresh(self):
        # A fetch that failed counts too: nobody is to drive an issuer in trouble.
        if monotonic() - self.tried_at > (REFETCH_SECONDS if self.fresh() else RETRY_SECONDS):
            try:
                self.by_id, self.failed = fetch_keys(), False
                self.fetched_at = monotonic()
            except (OSError, HTTPException, ValueError, KeyError, TypeError, jwt.PyJWTError):
                self.failed = True
            self.tried_at = monotonic()
        if self.failed:
            raise KeysUnavailable


def fetch_keys():
    address = urlsplit(f"{ISSUER}/.well-known/jwks.json")
    # Unlike urllib these follow no redirect.
    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    connection = kind(address.netloc, timeout=FETCH_SECONDS)
    connection.connect()
    # That timeout is for each piece; this one is for the whole answer.
    deadline = Timer(FETCH_SECONDS, connection.sock.shutdown, [SHUT_RDWR])
    deadline.start()
    try:
        connection.request("GET", address.path)
        answer = connection.getresponse()
        # What is longer is cut, and no JSON any more.
        text = answer.read(MAX_KEYS_BYTES)
    finally:
        deadline.cancel()
        connection.close()
    if answer.status != 200:
        raise ValueError
    found = [jwk for jwk in json.loads(text)["keys"] if jwk["kty"] == "EC" and jwk["crv"] == "P-256"]
    return {jwk["kid"]: jwt.PyJWK(jwk, algorithm="ES256").key for jwk in found}


keys = Keys()


def proven_number(token, nonce):
    """The number that a token proves for this site, session and purpose, or None."""
    if nonce is None or len(token) > MAX_TOKEN or not re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", token, re.ASCII):
        return None
    try:
        header = jwt.get_unverified_header(token)
        if header.get("typ") != "otp-verified+jwt" or "crit" in header:
            return None
        key = keys.find(header.get("kid"))
        if key is None:
            return None
        claims = jwt.decode(
            token, key, algorithms=["ES256"], issuer=ISSUER, audience=AUDIENCE, leeway=5, options={"require": REQUIRED}
        )
    except (jwt.PyJWTError, RecursionError):
        return None
    # PyJWT also takes a list of audiences; these tokens are for one site.
    if claims["aud"] != AUDIENCE or claims.get("action") != ACTION:
        return None
    if claims.get("nonce") != nonce:
        return None
    number = claims.get("phone_number")
    return number if isinstance(number, str) and E164.fullmatch(number) else None


class SignUp(BaseHTTPRequestHandler):
    # Headers and body leave together; the second would wait for the first to be acknowledged.
    wbufsize = -1

    def do_GET(self):
        if self.path != "/":
            return self.answer(404, {"error": "not_found"})
        session = self.session()
        with lock:
            if session not in nonces:
                session = secrets.token_urlsafe(16)
                nonces[session] = secrets.token_urlsafe(16)
                if len(nonces) > MAX_SESSIONS:
                    del nonces[next(iter(nonces))]
            nonce = nonces[session]
        page = f"""<!doctype html>
<title>Sign up</title>
<script src="{ISSUER}/otp-verify.js" defer></script>
<form method="post" action="/signup">
  <label>Name <input name="name"></label>
  <otp-verify sitekey="{AUDIENCE}" action="{ACTION}" token-nonce="{nonce}" required></otp-verify>
  <button>Sign up</button>
</form>"""
        cookie = f"session={session}; Path=/; HttpOnly; SameSite=Lax"
        self.send(200, "text/html; charset=utf-8", page, {"Set-Cookie": cookie})

    def do_POST(self):
        if self.path != "/signup":
            return self.answer(404, {"error": "not_found"})
        size = self.headers.get("Content-Length", "0")
        if not size.isdecimal() or int(size) > MAX_BODY_BYTES:
            self.close_connection = True
            return self.answer(413, {"error": "payload_too_large"})
        form = parse_qs(self.rfile.read(int(size)).decode("utf-8", "replace"))
        token = form.get("otp-verify-response", [""])[0]
        if not token:
            return self.answer(400, {"error": "token_missing"})
        session = self.session()
        nonce = nonces.get(session)
        try:
            number = proven_number(token, nonce)
        except KeysUnavailable:
            return self.answer(503, {"error": "keys_unavailable"})
        if number is None:
            return self.answer(403, {"error": "token_refused"})
        # Of two requests that bring the same token at once, one still finds the nonce.
        with lock:
            if nonces.get(session) != nonce:
                return self.answer(403, {"error": "token_used"})
            del nonces[session]
        # From the token, never from a field of the form: the visitor can write anything there.
        self.answer(200, {"phoneNumber": number})

    def session(self):
        # SimpleCookie gives up at the first cookie that it cannot read, whoever set it.
        found = re.search(r"(?:^|;\s*)session=([\w-]+)", self.headers.get("Cookie", ""))
        return found and found[1]

    def answer(self, status, body):
        self.send(status, "application/json", json.dumps(body), {})

    def send(self, status, content_type, text, headers):
        body = text.encode()
        self.send_response(status)
        for name, value in {"Content-Type": content_type, "Cache-Control": "no-store", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


ThreadingHTTPServer(("127.0.0.1", int(PORT)), SignUp).serve_forever()
