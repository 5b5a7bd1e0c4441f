import { randomUUID } from 'node:crypto'
import { generateKeyPair, SignJWT } from 'jose'

const LIFETIME = 300

/** What a token says of a number that was proven. */
export function claimsOf(phoneNumber) {
  const iat = Math.floor(Date.now() / 1000)
  return {
    ...{ iss: 'https://otp.shop.example', aud: 'shop', sub: phoneNumber, jti: randomUUID() },
    ...{ iat, nbf: iat, exp: iat + LIFETIME, auth_time: iat },
    ...{ phone_number: phoneNumber, phone_number_verified: true, channel: 'sms', amr: ['otp', 'sms'] },
  }
}

const { privateKey } = await generateKeyPair('ES256')

/** A token for a number that was proven, signed by jose. */
export function tokenFor(phoneNumber) {
  return new SignJWT(claimsOf(phoneNumber)).setProtectedHeader({ alg: 'ES256', kid: 'one' }).sign(privateKey)
}
