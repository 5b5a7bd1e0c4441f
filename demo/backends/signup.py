"""A sign-up backend with Python's own web server and PyJWT. ISSUER, AUDIENCE and PORT come from the environment."""

import json
import os
import re
import secrets
import time
import urllib.request
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from urllib.parse import parse_qs

import jwt

ISSUER, AUDIENCE, PORT = (os.environ[name] for name in ("ISSUER", "AUDIENCE", "PORT"))
ACTION = "signup"
KEYS_SECONDS, REFETCH_SECONDS = 300, 30
MAX_TOKEN, MAX_BODY_BYTES, MAX_SESSIONS = 2048, 16_384, 10_000
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
        self.by_id, self.fetched_at, self.lock = {}, float("-inf"), Lock()

    def find(self, kid):
        with self.lock:
            age = time.monotonic() - self.fetched_at
            if age > KEYS_SECONDS or (kid not in self.by_id and age > REFETCH_SECONDS):
                try:
                    with urllib.request.urlopen(f"{ISSUER}/.well-known/jwks.json", timeout=5) as answer:
                        jwks = json.load(answer)["keys"]
                    found = [jwk for jwk in jwks if jwk["kty"] == "EC" and jwk["crv"] == "P-256"]
                    self.by_id = {jwk["kid"]: jwt.PyJWK(jwk, algorithm="ES256").key for jwk in found}
                except (OSError, ValueError, KeyError, TypeError, jwt.PyJWTError) as error:
                    raise KeysUnavailable from error
                self.fetched_at = time.monotonic()
            return self.by_id.get(kid)


keys = Keys()


def proven_number(token, nonce):
    """The number that a token proves for this site, session and purpose, or None."""
    if len(token) > MAX_TOKEN or not re.fullmatch(r"[\w-]+\.[\w-]+\.[\w-]+", token, re.ASCII):
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
    if nonce is None or claims.get("nonce") != nonce:
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
        try:
            cookie = SimpleCookie(self.headers.get("Cookie", "")).get("session")
        except CookieError:
            return None
        return cookie.value if cookie else None

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
