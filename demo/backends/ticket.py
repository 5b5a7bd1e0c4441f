"""Signs a start ticket with PyJWT, and prints it. OTP_SITE_SECRET, SESSION, NONCE and ACTION come from the environment."""

import os
from hashlib import sha256
from time import time
from uuid import uuid4

import jwt

SECRET, SESSION, NONCE, ACTION = (os.environ[name] for name in ("OTP_SITE_SECRET", "SESSION", "NONCE", "ACTION"))
LIFETIME_SECONDS = 90


def sign_ticket(session, nonce):
    """A ticket for one start of a session; the nonce is the one that its token must carry."""
    claims = {
        # Scripts of the page can read a ticket, and are not to learn the session's id from it.
        "sid": sha256(session.encode()).hexdigest(),
        "nonce": nonce,
        "action": ACTION,
        # Without it two of the same second would be one ticket, and that is good for one start.
        "jti": str(uuid4()),
        "exp": int(time()) + LIFETIME_SECONDS,
    }
    return jwt.encode(claims, SECRET, algorithm="HS256", headers={"typ": "otp-start+jwt"})


print(sign_ticket(SESSION, NONCE))
