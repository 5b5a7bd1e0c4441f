<?php
// The backend in PHP as pools of one PHP-FPM share APCu: under the name localhost it has the second of its two issuers. At
// /clock-set-back what APCu holds gets an hour younger than the clock, as if that had been set back.
declare(strict_types=1);

const AN_HOUR = 3600;

$pool = str_starts_with($_SERVER['HTTP_HOST'], 'localhost') ? 1 : 0;
putenv('ISSUER=' . explode(' ', getenv('ISSUER'))[$pool]);

if ($_SERVER['REQUEST_URI'] !== '/clock-set-back') {
    require __DIR__ . '/../signup.php';
    return;
}
foreach (new APCUIterator('/^otp-verify-keys/') as ['key' => $name, 'value' => $value]) {
    if (is_int($value)) {
        $value += AN_HOUR;
    } else {
        $value['at'] += AN_HOUR;
    }
    apcu_store($name, $value);
}
