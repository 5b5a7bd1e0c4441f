// Infobip's 2FA API on this machine, as far as a verification needs it, in a process of its own: any number gets a code,
// and it is always the same. With DELAY it answers after that many milliseconds, and remembers what it took for each number.
import { Buffer } from 'node:buffer'
import { createServer } from 'node:http'
import process from 'node:process'
import { setTimeout } from 'node:timers'
import { CODE } from './visitors.mjs'

const DELAY = Number(process.env.DELAY)
const PIN = /^\/2fa\/2\/pin\/?(?:\?|$)/
const VERIFY = /^\/2fa\/2\/pin\/([^/]+)\/verify$/

let pins = 0
let taken = []

/** Hexadecimal and as long as Infobip's. It says whom it was sent to, so that nothing has to be kept. */
function newPinId(to) {
  return `${to.padStart(16, '0')}${(pins++).toString(16).toUpperCase().padStart(16, '0')}`
}

function answerTo(path, body) {
  if (PIN.test(path)) {
    const pinId = newPinId(body.to)
    return { pinId, to: body.to, ncStatus: 'NC_NOT_CONFIGURED', smsStatus: 'MESSAGE_SENT' }
  }
  const [, pinId] = VERIFY.exec(path)
  const msisdn = pinId.slice(0, 16).replace(/^0+/, '')
  const verified = body.pin === CODE
  return verified
    ? { pinId, msisdn, verified, attemptsRemaining: 0 }
    : { pinId, msisdn, verified, attemptsRemaining: 9, pinError: 'WRONG_PIN' }
}

function write(response, status, answer) {
  const text = JSON.stringify(answer)
  response.writeHead(status, {
    'Content-Type': 'application/json;charset=UTF-8',
    'Content-Length': Buffer.byteLength(text),
  })
  response.end(text)
}

const server = createServer((request, response) => {
  const began = performance.now()
  // What needs a key that may do more than send and check.
  if (request.method !== 'POST') {
    const serviceException = { messageId: 'FORBIDDEN', text: 'Forbidden' }
    write(response, 403, { requestError: { serviceException } })
    return
  }
  let text = ''
  request.setEncoding('utf8').on('data', (part) => (text += part))
  request.on('end', () => {
    const body = JSON.parse(text)
    const answer = answerTo(request.url, body)
    if (!(DELAY > 0)) return write(response, 200, answer)
    setTimeout(() => {
      write(response, 200, answer)
      taken.push([body.to, performance.now() - began])
    }, DELAY)
  })
})
// Its clients decide how long a connection is kept.
server.keepAliveTimeout = 60_000
server.listen(Number(process.env.PORT), '127.0.0.1')

process.on('message', (message) => {
  if (message !== 'taken') return
  process.send({ taken })
  taken = []
})
