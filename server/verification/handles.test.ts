import { randomBytes } from 'node:crypto'
import { expect, it, onTestFinished } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { handleDigest, newHandle } from '../pepper/digests.js'
import { parseOriginPattern } from '../site/origin.js'
import { ORIGIN, startTwoSites, TestServer, testSite, type Answer } from '../test/harness.js'

const OTHER_ORIGIN = 'https://other.example'

/** Everything of an answer but the id of its request. */
function told({ status, body, headers }: Answer<object>): object {
  return { status, body: { ...body, requestId: undefined }, headers: [...headers] }
}

it.each([PATHS.check, PATHS.resend, PATHS.status, PATHS.token])(
  '%s looks for a verification once, be there one or not',
  async (path) => {
    const server = await startTwoSites()
    onTestFinished(() => server.stop())
    const known = (await server.start()).body.verificationId
    const asked: string[] = []
    const { store } = server.deps
    const get = store.get.bind(store)
    store.get = (id) => {
      asked.push(id)
      return get(id)
    }
    const code = path === PATHS.check ? { code: '1' } : {}
    for (const verificationId of [known, newHandle('xxx', randomBytes)]) {
      asked.length = 0
      await server.post(path, { verificationId, ...code })
      expect(asked).toEqual([handleDigest(verificationId)])
    }
  },
)

it.each([PATHS.check, PATHS.resend, PATHS.status, PATHS.token])(
  '%s answers unknown, forgotten, ended, superseded, malformed and foreign handles alike (SR-C11)',
  async (path) => {
    const server = await startTwoSites()
    onTestFinished(() => server.stop())
    const ask = async (verificationId: string, origin = ORIGIN) => {
      const code = path === PATHS.check ? { code: '123456' } : {}
      return told(await server.post(path, { verificationId, ...code }, { Origin: origin }))
    }
    const unknown = await ask(newHandle('xxx', randomBytes))
    expect(unknown).toMatchObject({ status: 404, body: { code: 'verification_not_found' } })

    const superseded = (await server.start()).body.verificationId
    const handle = (await server.start()).body.verificationId
    for (const malformed of [
      '?',
      'x',
      '../../x',
      'é'.repeat(64),
      handle.slice(1),
      `${handle}x`,
      `${handle} `,
    ]) {
      expect(await ask(malformed), malformed).toEqual(unknown)
    }
    expect(await ask(superseded)).toEqual(unknown)
    const foreign = await ask(handle, OTHER_ORIGIN)
    expect(foreign).toEqual(await ask(newHandle('xxx', randomBytes), OTHER_ORIGIN))
    server.advance(300)
    expect(await ask(handle, OTHER_ORIGIN)).toEqual(foreign)
    server.advance(600)
    expect(await ask(handle)).toEqual(unknown)
    expect(await ask(handle, OTHER_ORIGIN)).toEqual(foreign)
    expect(server.asked('/verify') + server.asked('/resend')).toBe(0)
  },
)

it.each([PATHS.check, PATHS.resend, PATHS.status, PATHS.token])(
  '%s knows a handle at the origin that started it, and at no other of its site (SR-C02)',
  async (path) => {
    const listed = [ORIGIN, 'https://till.example', 'https://*.shop.example']
    const origins = listed.map((text) => {
      const pattern = parseOriginPattern(text, { insecureLoopback: false })
      if ('mistake' in pattern) throw new Error(pattern.mistake)
      return pattern
    })
    const server = await TestServer.start({ sites: [testSite({ origins })] })
    onTestFinished(() => server.stop())
    const pages = [ORIGIN, 'https://till.example', 'https://a.shop.example', 'https://b.shop.example']
    const numbers = ['+12025550123', '+12025550124', '+12025550125', '+12025550126']
    for (const [n, Origin] of pages.entries()) {
      const phoneNumber = numbers[n]!
      const { verificationId } = (await server.start({ phoneNumber }, { Origin })).body
      const code = server.code(phoneNumber)
      if (path === PATHS.token) await server.check(verificationId, code, { Origin })
      server.advance(31)
      const body = path === PATHS.check ? { code } : {}
      const ask = async (handle: string, from: string) =>
        told(await server.post(path, { verificationId: handle, ...body }, { Origin: from }))
      for (const other of pages.filter((page) => page !== Origin)) {
        const foreign = await ask(verificationId, other)
        expect(foreign, other).toMatchObject({ status: 404, body: { code: 'verification_not_found' } })
        expect(foreign, other).toEqual(await ask(newHandle('xxx', randomBytes), other))
      }
      expect(await ask(verificationId, Origin), Origin).toMatchObject({ status: 200 })
    }
  },
)

it.each([
  ['action', { action: 'signup' }, ORIGIN],
  ['site', { action: 'login', sitekey: 'other' }, OTHER_ORIGIN],
])('a start for another %s leaves the verification of its number as it is', async (_, body, Origin) => {
  const server = await startTwoSites()
  onTestFinished(() => server.stop())
  const { verificationId } = (await server.start({ action: 'login' })).body
  server.advance(61)
  expect((await server.start(body, { Origin })).status).toBe(201)
  expect((await server.status(verificationId)).body.state).toBe('sent')
})
