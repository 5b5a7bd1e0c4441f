import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { openStore } from '../assembly/open-store.js'
import { ConfigError } from '../config/config-error.js'
import { generateSigningJwk } from '../token/keys.js'
import { ArgumentError } from './argument-error.js'
import { examineStore } from './examine-store.js'
import { explain } from './explain.js'
import { startServer } from './serve.js'

it('blames the configuration for its own mistakes only', () => {
  expect(explain(new ConfigError(['OTP_PORT: is a number']))).toBe(
    'The configuration cannot be used:\n  - OTP_PORT: is a number',
  )
  expect(explain(new ArgumentError(['NUMBER: is not a valid number']))).toBe('NUMBER: is not a valid number')
})

it('names the variables of a port that this user may not have, and the path of a file', () => {
  const forbidden = Object.assign(new Error(), { code: 'EACCES', syscall: 'listen', port: 80 })
  expect(explain(forbidden)).toBe(
    'Port 80 needs privileges that this user does not have. Choose others with OTP_PORT, OTP_ADMIN_PORT, OTP_SANDBOX_PORT.',
  )
  const unwritable = Object.assign(new Error(), { code: 'EACCES', syscall: 'mkdir', path: 'data' })
  expect(explain(unwritable)).toBe('That did not work (EACCES, data).')
})

it.each(['192.0.2.1', 'nowhere.invalid'])(
  'names the variable of a host that is not here: %s',
  async (host) => {
    const ports = { OTP_PORT: '0', OTP_ADMIN_PORT: '0', OTP_SANDBOX_PORT: '0' }
    const signing = {
      OTP_PEPPER: 'p'.repeat(32),
      OTP_SIGNING_KEYS: JSON.stringify(await generateSigningJwk(randomBytes)),
    }
    const env = { ...ports, ...signing, OTP_STORE: 'memory:', OTP_LOG_LEVEL: 'silent', OTP_HOST: host }
    const error: unknown = await startServer(env).then(
      (server) => server.stop(),
      (caught: unknown) => caught,
    )
    expect(explain(error)).toMatch(/- OTP_HOST: is not an IP address of this machine \(E\w+\)/)
  },
)

it('names the variable of a store that cannot be used', async () => {
  const error: unknown = await openStore('sqlite:package.json/store.db').catch((caught: unknown) => caught)
  expect(explain(error)).toMatch(
    /^The store’s file could not be used \(E\w+\)\. OTP_STORE says where it is; otp-verify doctor says what to do\.$/,
  )
})

it('says of what answers like no Redis just that', async () => {
  const server = createServer((socket) =>
    socket.on('error', () => {}).write('HTTP/1.1 400 Bad Request\r\n\r\n'),
  )
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => void server.close())
  const address = `redis://127.0.0.1:${(server.address() as AddressInfo).port}`
  const store = await openStore(address)
  onTestFinished(() => store.close())
  const error: unknown = await store.now().catch((caught: unknown) => caught)
  expect(explain(error)).toMatch(/^What answers at the host and port of OTP_STORE is not Redis\. /)
  const { weaknesses } = await examineStore(address, Date.now)
  expect(weaknesses).toContainEqual({
    check: 'store',
    message: 'What answers at the host and port of OTP_STORE is not Redis.',
    fix: 'Correct the host and the port in OTP_STORE, and whether it begins with redis: or rediss:.',
  })
})
