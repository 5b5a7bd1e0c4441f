<?php
// Signs a start ticket with PHP alone, and prints it. OTP_SITE_SECRET, SESSION, NONCE and ACTION come from the environment.
declare(strict_types=1);

const LIFETIME_SECONDS = 90;

echo sign_ticket(getenv('SESSION'), getenv('NONCE')), "\n";

/** A ticket for one start of a session; the nonce is the one that its token must carry. */
function sign_ticket(string $session, string $nonce): string
{
    $claims = [
        // Scripts of the page can read a ticket, and are not to learn the session's id from it.
        'sid' => hash('sha256', $session),
        'nonce' => $nonce,
        'action' => getenv('ACTION'),
        // Without it two of the same second would be one ticket, and that is good for one start.
        'jti' => bin2hex(random_bytes(16)),
        'exp' => time() + LIFETIME_SECONDS,
    ];
    $signed = part(['alg' => 'HS256', 'typ' => 'otp-start+jwt']) . '.' . part($claims);
    return $signed . '.' . base64url(hash_hmac('sha256', $signed, getenv('OTP_SITE_SECRET'), true));
}

function part(array $members): string
{
    return base64url(json_encode($members, JSON_THROW_ON_ERROR));
}

function base64url(string $bytes): string
{
    return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
}
