#!/bin/sh
# Redeems a token at the otp-verify server and prints the number that it proves. Takes sh, curl and jq.
#
# From the environment, because everybody may read a command line (ps):
#
#   ISSUER                  public URL of the server, without a slash at its end
#   OTP_SITE_SECRET         the site secret, or
#   OTP_SITE_SECRET_FILE    the file that holds it
#   TOKEN                   what the form brought as otp-verify-response
#   NONCE                   what you bound to the visitor's session; forget it once this has ended with 0
#   ACTION                  the purpose that you expect
#   IDEMPOTENCY_KEY         a UUID of this sign-up alone, where you may have to try again after 3; as long as it is the same,
#                           the token succeeds again
#
# Ends with
#
#   0   the token is genuine, for this site, session and purpose, and was not used before; its number is printed
#   1   it is not to be believed
#   2   a variable, a program or the right secret is missing: a mistake of yours
#   3   the server could not be asked; the token may be good: try again with the same IDEMPOTENCY_KEY, or it may be used up
set -u
LC_ALL=C
export LC_ALL

give_up() {
  echo "siteverify: $2" >&2
  exit "$1"
}

for program in curl jq; do
  command -v "$program" >/dev/null || give_up 2 "$program is missing"
done
if [ -n "${OTP_SITE_SECRET_FILE:-}" ]; then
  OTP_SITE_SECRET=$(cat "$OTP_SITE_SECRET_FILE") || give_up 2 'the secret cannot be read'
fi
# An empty nonce would let the tokens of no session pass.
if [ -z "${ISSUER:-}" ] || [ -z "${OTP_SITE_SECRET:-}" ] || [ -z "${NONCE:-}" ] || [ -z "${ACTION:-}" ]; then
  give_up 2 'ISSUER, the secret, NONCE and ACTION are all needed'
fi
case ${TOKEN:-} in
  '' | *[!A-Za-z0-9._-]*) give_up 1 'no token' ;;
esac
[ ${#TOKEN} -le 2048 ] || give_up 1 'no token'

# A UUID (RFC 9562). Under it, a second call gets the answer to the first, should only the answer have been lost.
IDEMPOTENCY_KEY=${IDEMPOTENCY_KEY:-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n' |
  sed 's/^\(.\{8\}\)\(.\{4\}\).\(.\{3\}\).\(.\{3\}\)/\1-\2-4\3-8\4-/')}
export OTP_SITE_SECRET NONCE ACTION TOKEN IDEMPOTENCY_KEY

redeem() {
  jq -n '{ secret: env.OTP_SITE_SECRET, response: env.TOKEN, idempotency_key: env.IDEMPOTENCY_KEY }' |
    curl --silent --show-error --fail --max-time 10 --header 'Content-Type: application/json' --data-binary @- \
      "$ISSUER/v1/siteverify"
}

ANSWER=$(redeem) || ANSWER=$(redeem) || give_up 3 'the server could not be asked'
export ANSWER

# The server does not know your session: nonce and action are for you to compare.
VERDICT=$(jq -nr '
  env.ANSWER | fromjson | (."error-codes" | join(" ")) as $errors |
  if .success != true then "refused " + $errors
  elif .nonce != env.NONCE then "refused nonce"
  elif .action != env.ACTION then "refused action"
  else "proven " + .phone_number end') || give_up 3 'the server answered in other words'

case $VERDICT in
  'proven +'*) echo "${VERDICT#proven }" ;;
  *input-secret*) give_up 2 'the server does not know the secret' ;;
  *bad-request*) give_up 2 'the server cannot read this: is IDEMPOTENCY_KEY a UUID?' ;;
  *internal-error*) give_up 3 'the server could not tell' ;;
  *) give_up 1 "$VERDICT" ;;
esac
