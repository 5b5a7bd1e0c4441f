import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { StoreError } from '../store/store.js'
import { TestServer, testSite } from '../test/harness.js'
import { pause, resume, type Paused } from './pause.js'

const HOUR = 3_600_000

describe('a pause', () => {
  let server: TestServer
  let numbers = 0
  beforeEach(async () => {
    // Also where the guard only shadows.
    server = await TestServer.start({
      sites: [testSite(), testSite({ sitekey: 'other' }, 'https://other.example')],
    })
  })
  afterEach(() => server.stop())

  const inUs = () => `+1202555${1000 + numbers++}`
  const inGb = () => `+4474001${10_000 + numbers++}`
  async function code(phoneNumber: string, sitekey = 'shop'): Promise<unknown> {
    const headers = sitekey === 'shop' ? {} : { Origin: 'https://other.example' }
    const { status, body } = await server.start({ sitekey, phoneNumber }, headers)
    return body.code ?? status
  }
  const all = async () => [await code(inUs()), await code(inGb()), await code(inUs(), 'other')]

  it.each<[string, Paused, unknown[]]>([
    ['everything', {}, ['cannot_send', 'cannot_send', 'cannot_send']],
    ['a site', { sitekey: 'shop' }, ['cannot_send', 'cannot_send', 201]],
    ['a country', { country: 'US' }, ['cannot_send', 201, 'cannot_send']],
    ['a country at a site', { sitekey: 'shop', country: 'US' }, ['cannot_send', 201, 201]],
  ])('of %s stops just that, until it is ended or over (SR-I10)', async (_, paused, told) => {
    const { store } = server.deps
    expect(await all()).toEqual([201, 201, 201])
    await pause(store, paused, HOUR)
    expect(await all()).toEqual(told)
    await resume(store, { ...paused, country: 'HR' })
    expect(await all()).toEqual(told)
    await resume(store, paused)
    expect(await all()).toEqual([201, 201, 201])
    await pause(store, paused, HOUR)
    server.advance(3601)
    expect(await all()).toEqual([201, 201, 201])
  })

  it('stops resends too, lets codes be checked, and is told to the operator', async () => {
    const phoneNumber = inUs()
    const { body } = await server.start({ phoneNumber })
    await pause(server.deps.store, {}, HOUR)
    server.advance(30)
    expect((await server.resend(body.verificationId)).body.code).toBe('cannot_send')
    expect(server.events.at(-1)).toMatchObject({ event: 'refused', reason: 'pause' })
    expect((await server.check(body.verificationId, server.code(phoneNumber))).status).toBe(200)
  })

  it('that cannot be changed stays as it was, and one that is made shorter is', async () => {
    const { store } = server.deps
    await pause(store, {}, HOUR)
    const consume = vi.spyOn(store, 'consume').mockRejectedValueOnce(new StoreError('away'))
    await expect(pause(store, {}, 2 * HOUR)).rejects.toThrow(StoreError)
    consume.mockRestore()
    expect(await code(inUs())).toBe('cannot_send')
    await pause(store, {}, HOUR / 2)
    server.advance(1801)
    expect(await code(inUs())).toBe(201)
  })

  it('that is made again lasts from then on', async () => {
    await pause(server.deps.store, {}, HOUR)
    server.advance(1800)
    await pause(server.deps.store, {}, HOUR)
    server.advance(3000)
    expect(await code(inUs())).toBe('cannot_send')
  })
})
