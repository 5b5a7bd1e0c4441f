// The floor: node:http, a pool of undici's, and node:crypto for the signature; no framework, and no check of anything.
import { Buffer } from 'node:buffer'
import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer } from 'node:http'
import process from 'node:process'
import { checkCode, sendCode } from './pool.mjs'
import { claimsOf } from './token.mjs'

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
const header = part({ alg: 'ES256', kid: 'one' })

function tokenFor(phoneNumber) {
  const signed = `${header}.${part(claimsOf(phoneNumber))}`
  const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return `${signed}.${signature.toString('base64url')}`
}

async function answerTo(path, { phoneNumber, verificationId, code }) {
  if (path === '/v1/verifications') return [201, { verificationId: await sendCode(phoneNumber) }]
  const proven = await checkCode(verificationId, code)
  return proven === undefined ? [400, { code: 'code_incorrect' }] : [200, { token: tokenFor(proven) }]
}

createServer((request, response) => {
  let text = ''
  request.setEncoding('utf8').on('data', (piece) => (text += piece))
  request.on('end', async () => {
    const [status, answer] = await answerTo(request.url, JSON.parse(text))
    const body = JSON.stringify(answer)
    response.writeHead(status, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
    })
    response.end(body)
  })
}).listen(Number(process.env.PORT), '127.0.0.1')
