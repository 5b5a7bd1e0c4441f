// How many tokens a backend verifies in a second with `otp-verify/verify`, its keys cached: `node bench/verify-tokens.mjs`
// after a build. Beside it jose alone with a key set of the same kind, which checks the signature, `typ`, `iss`, `aud` and
// the times and nothing of ours. `--count N` tokens a round, `--json` prints the figures for programs. Exits with 1 when
// ours verifies less than nine tenths of what jose does, or imports a key more than once.
import { webcrypto } from 'node:crypto'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { createRemoteJWKSet, customFetch, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose'
import { createVerifier } from '../dist/server/token/verify.js'
import { inTurns, median, rounded, timesOf } from './medians.mjs'

const { values: options } = parseArgs({
  options: { count: { type: 'string', default: '3000' }, json: { type: 'boolean', default: false } },
})
const COUNT = Number(options.count)
const ROUNDS = 15
const LEAST = 0.9

const issuer = 'https://otp.example'
const audience = 'shop'
const nonce = 'n'.repeat(22)
const { privateKey, publicKey } = await generateKeyPair('ES256')
const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }] }

/** Tokens as the server issues them. */
const tokens = await Promise.all(
  Array.from({ length: COUNT }, (_, n) =>
    new SignJWT({
      ...{
        phone_number: `+1202555${String(n).padStart(4, '0')}`,
        phone_number_verified: true,
        country: 'US',
      },
      ...{ channel: 'sms', amr: ['otp', 'sms'], origin: 'https://shop.example', nonce },
      auth_time: Math.floor(Date.now() / 1000),
    })
      .setProtectedHeader({ typ: 'otp-verified+jwt', alg: 'ES256', kid: 'one' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject('s'.repeat(22))
      .setJti(`${String(n).padStart(4, '0')}${'j'.repeat(18)}`)
      .setIssuedAt()
      .setNotBefore('0s')
      .setExpirationTime('5m')
      .sign(privateKey),
  ),
)

let imports = 0
const importKey = webcrypto.subtle.importKey.bind(webcrypto.subtle)
webcrypto.subtle.importKey = (...args) => {
  imports++
  return importKey(...args)
}

const { Response } = globalThis
const fetched = () => Promise.resolve(Response.json(keys))
const verifier = createVerifier({ issuer, audience, replayStore: false, fetch: fetched })
const keySet = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`), { [customFetch]: fetched })

/** Verifies all tokens one after the other. @returns how many in a second of CPU */
async function rateOf(verify) {
  const before = process.cpuUsage()
  for (const token of tokens) await verify(token)
  const { user, system } = process.cpuUsage(before)
  return COUNT / ((user + system) / 1e6)
}

const ours = (token) => verifier.verify(token, { nonce })
const joses = (token) =>
  jwtVerify(token, keySet, { algorithms: ['ES256'], typ: 'otp-verified+jwt', issuer, audience })

await ours(tokens[0])
const importsOfOurs = imports
const figures = await inTurns({ ours: () => rateOf(ours), jose: () => rateOf(joses) }, ROUNDS)
const importsInAll = imports
const report = {
  ours: Math.round(median(figures.ours)),
  jose: Math.round(median(figures.jose)),
  times: rounded(timesOf(figures.ours, figures.jose), 2),
  least: LEAST,
  // One for ours, one for jose.
  keyImports: { ours: importsOfOurs, jose: importsInAll - importsOfOurs },
}
if (options.json) console.log(JSON.stringify(report))
else {
  console.log(`otp-verify/verify  ${report.ours} tokens a second, ${report.keyImports.ours} key imported`)
  console.log(`jose alone         ${report.jose} tokens a second, ${report.keyImports.jose} key imported`)
  console.log(`${report.times} times as many; at least ${LEAST} is asked for`)
}
process.exitCode = report.times < LEAST || importsInAll !== 2 ? 1 : 0
