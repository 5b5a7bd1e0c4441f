<?php
// A sign-up backend in PHP with nothing but its openssl and apcu extensions.
// ISSUER and AUDIENCE come from the environment, the port from `php -S`.
declare(strict_types=1);

define('ISSUER', getenv('ISSUER'));
define('AUDIENCE', getenv('AUDIENCE'));
const ACTION = 'signup';
// Named after their issuer: every pool of a PHP-FPM has the same APCu, whichever site it serves.
define('KEYS', 'otp-verify-keys:' . ISSUER);
define('KEYS_TRIED', 'otp-verify-keys-tried:' . ISSUER);
const NO_KEYS = ['keys' => [], 'at' => PHP_INT_MIN];
const KEYS_SECONDS = 300;
const REFETCH_SECONDS = 30;
const RETRY_SECONDS = 1;
const FETCH_SECONDS = 5;
const LEEWAY = 5;
const MAX_TOKEN = 2048;
const MAX_KEYS_BYTES = 65_536;
// From the check of a code until its last token is over, and some minutes for clocks that differ.
const PROOF_SECONDS = 2400;
// What an elliptic curve key on P-256 begins with in DER, before its two coordinates (RFC 5480).
const P256_PREFIX = "\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00\x04";

class KeysUnavailable extends Exception {}

/** The key of that id as PEM, or null. */
function findKey(string $kid): ?string
{
    // In shared memory: a file in a folder that others may write to would let them choose the keys. So would a PHP-FPM that
    // runs pools of others.
    $cached = apcu_fetch(KEYS) ?: NO_KEYS;
    // Of a clock that was set back since: how old they are, nobody knows.
    if ($cached['at'] > time()) {
        $cached = NO_KEYS;
    }
    $fresh = time() - $cached['at'] <= KEYS_SECONDS;
    if ($fresh && isset($cached['keys'][$kid])) {
        return $cached['keys'][$kid];
    }
    // Noted before the fetch, for all processes: nobody is to drive an issuer in trouble.
    apcu_add(KEYS_TRIED, 0);
    $tried = (int) apcu_fetch(KEYS_TRIED);
    $due = $tried > time() || time() - $tried > ($fresh ? REFETCH_SECONDS : RETRY_SECONDS);
    if ($due && apcu_cas(KEYS_TRIED, $tried, time())) {
        $cached = ['keys' => fetchKeys(), 'at' => time()];
        apcu_store(KEYS, $cached);
    } elseif ($due || $cached['at'] < $tried) {
        // Another process fetches them, or the last fetch failed.
        throw new KeysUnavailable();
    }
    return $cached['keys'][$kid] ?? null;
}

function fetchKeys(): array
{
    // The time-out is for each piece, the deadline for all of them.
    $limits = stream_context_create(['http' => ['timeout' => FETCH_SECONDS, 'follow_location' => 0]]);
    $deadline = microtime(true) + FETCH_SECONDS;
    $stream = @fopen(ISSUER . '/.well-known/jwks.json', 'r', false, $limits);
    $text = '';
    // Byte by byte: fread() may wait for as many as it is told, however slowly they drip.
    while ($stream && microtime(true) < $deadline && strlen($text) <= MAX_KEYS_BYTES) {
        $byte = fgetc($stream);
        if ($byte === false) {
            break;
        }
        $text .= $byte;
    }
    $jwks = strlen($text) <= MAX_KEYS_BYTES ? json_decode($text, true) : null;
    if (!is_array($jwks['keys'] ?? null)) {
        throw new KeysUnavailable();
    }
    $pems = [];
    foreach ($jwks['keys'] as $jwk) {
        if ($jwk['kty'] === 'EC' && $jwk['crv'] === 'P-256') {
            $der = P256_PREFIX . fromBase64Url($jwk['x']) . fromBase64Url($jwk['y']);
            $body = chunk_split(base64_encode($der), 64, "\n");
            $pems[$jwk['kid']] = "-----BEGIN PUBLIC KEY-----\n$body-----END PUBLIC KEY-----\n";
        }
    }
    return $pems;
}

function fromBase64Url(string $text): string
{
    return (string) base64_decode(strtr($text, '-_', '+/'), true);
}

/** OpenSSL wants the two numbers of a signature in DER; a JWS has them as 64 bytes (RFC 7518, 3.4). */
function derSignature(string $signature): string
{
    $der = '';
    foreach (str_split($signature, 32) as $number) {
        $number = ltrim($number, "\x00");
        // A first bit that is set would make the number negative.
        $number = $number === '' || ord($number[0]) > 0x7f ? "\x00$number" : $number;
        $der .= "\x02" . chr(strlen($number)) . $number;
    }
    return "\x30" . chr(strlen($der)) . $der;
}

/** The claims of a token that proves a number for this site, session and purpose, or null. */
function provenClaims(string $token, ?string $nonce): ?array
{
    if ($nonce === null || strlen($token) > MAX_TOKEN || !preg_match('/^([\w-]+)\.([\w-]+)\.([\w-]+)$/D', $token, $part)) {
        return null;
    }
    $header = json_decode(fromBase64Url($part[1]), true);
    if (!is_array($header) || ($header['alg'] ?? null) !== 'ES256' || isset($header['crit'])) {
        return null;
    }
    if (($header['typ'] ?? null) !== 'otp-verified+jwt' || !is_string($header['kid'] ?? null)) {
        return null;
    }
    $key = findKey($header['kid']);
    $signature = fromBase64Url($part[3]);
    if ($key === null || strlen($signature) !== 64) {
        return null;
    }
    // Strictly 1: openssl_verify() also returns -1, which is true, when something goes wrong.
    if (openssl_verify("$part[1].$part[2]", derSignature($signature), $key, OPENSSL_ALGO_SHA256) !== 1) {
        return null;
    }
    $claims = json_decode(fromBase64Url($part[2]), true);
    [$iss, $aud, $exp, $nbf, $iat] = array_map(fn ($name) => $claims[$name] ?? null, ['iss', 'aud', 'exp', 'nbf', 'iat']);
    $timely = is_int($exp) && is_int($nbf) && is_int($iat)
        && $exp > time() - LEEWAY && max($nbf, $iat) <= time() + LEEWAY;
    if ($iss !== ISSUER || $aud !== AUDIENCE || !$timely) {
        return null;
    }
    if (($claims['nonce'] ?? null) !== $nonce || ($claims['action'] ?? null) !== ACTION) {
        return null;
    }
    [$number, $sub] = [$claims['phone_number'] ?? null, $claims['sub'] ?? null];
    return is_string($number) && preg_match('/^\+[1-9][0-9]{5,14}$/D', $number) && is_string($sub) ? $claims : null;
}

/** @return array{int, array<string, string>} */
function signUp(): array
{
    $token = $_POST['otp-verify-response'] ?? '';
    if (!is_string($token) || $token === '') {
        return [400, ['error' => 'token_missing']];
    }
    try {
        $claims = provenClaims($token, $_SESSION['nonce'] ?? null);
    } catch (KeysUnavailable) {
        return [503, ['error' => 'keys_unavailable']];
    }
    if ($claims === null) {
        return [403, ['error' => 'token_refused']];
    }
    unset($_SESSION['nonce']);
    // Many session stores lock nothing (phpredis, Laravel's): two requests at once may both have read the nonce. APCu is one
    // machine's; with several, claim it in what they share: SET NX in Redis, or a unique key in SQL.
    if (!apcu_add('otp-used:' . $claims['sub'], 1, PROOF_SECONDS)) {
        return [403, ['error' => 'token_used']];
    }
    // From the token, never from a field of the form: the visitor can write anything there.
    return [200, ['phoneNumber' => $claims['phone_number']]];
}

session_start(['name' => 'session', 'use_strict_mode' => 1, 'cookie_httponly' => 1, 'cookie_samesite' => 'Lax']);
header('Cache-Control: no-store');
$route = $_SERVER['REQUEST_METHOD'] . ' ' . parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if ($route === 'GET /') {
    $nonce = $_SESSION['nonce'] ??= bin2hex(random_bytes(16));
    header('Content-Type: text/html; charset=utf-8');
    echo '<!doctype html>
<title>Sign up</title>
<script src="' . ISSUER . '/otp-verify.js" defer></script>
<form method="post" action="/signup">
  <label>Name <input name="name"></label>
  <otp-verify sitekey="' . AUDIENCE . '" action="' . ACTION . '" token-nonce="' . $nonce . '" required></otp-verify>
  <button>Sign up</button>
</form>';
} else {
    [$status, $body] = $route === 'POST /signup' ? signUp() : [404, ['error' => 'not_found']];
    http_response_code($status);
    header('Content-Type: application/json');
    echo json_encode($body);
}
