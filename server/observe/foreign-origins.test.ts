import { expect, it } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { ORIGIN, startTwoSites, type TestServer } from '../test/harness.js'
import type { ServerEvent } from './events.js'
import { loggableOrigin, worthLogging } from './foreign-origins.js'
import { createLogger, logEvents } from './log.js'
import { createMetrics } from './metrics.js'

const FOREIGN = 'https://www.shop.example'

/** What a server takes note of about foreign pages, while it is asked that. */
async function noted(ask: (server: TestServer) => unknown) {
  const server = await startTwoSites()
  try {
    await ask(server)
    return server.events.filter(({ event }) => event === 'foreign-origin')
  } finally {
    await server.stop()
  }
}

const headersOf = (origin?: string) => ({ ...(origin !== undefined && { Origin: origin }) })

it('of a page that is on no list what it reads of its site is noted, with the site', async () => {
  for (const path of [`${PATHS.sites}/shop`, `${PATHS.sites}/shop${PATHS.numberingPlans}/385`]) {
    const read = await noted(({ app }) => app.request(path, { headers: headersOf(FOREIGN) }))
    expect(read).toEqual([{ event: 'foreign-origin', call: 'read', sitekey: 'shop', origin: FOREIGN }])
  }
})

it('of a page that is on no list the preflight is noted, and so is a call that needs none', async () => {
  const asked = { 'Access-Control-Request-Method': 'POST' }
  const preflight = await noted(({ app }) =>
    app.request(PATHS.start, { method: 'OPTIONS', headers: { ...headersOf(FOREIGN), ...asked } }),
  )
  expect(preflight).toEqual([
    { event: 'foreign-origin', call: 'preflight', sitekey: undefined, origin: FOREIGN },
  ])
  const posted = await noted((server) => server.start({}, { Origin: FOREIGN }))
  expect(posted).toEqual([{ event: 'foreign-origin', call: 'post', sitekey: undefined, origin: FOREIGN }])
})

it('of a page that is on the list of another site the call is noted, with the site that it was for', async () => {
  const origin = 'https://other.example'
  const posted = await noted((server) => server.start({}, { Origin: origin }))
  expect(posted).toEqual([{ event: 'foreign-origin', call: 'post', sitekey: 'shop', origin }])
})

it('of pages that are listed, and of programs without a page, nothing is noted', async () => {
  const none = await noted(async (server) => {
    for (const origin of [ORIGIN, undefined]) {
      await server.app.request(`${PATHS.sites}/shop`, { headers: headersOf(origin) })
      await server.app.request(PATHS.start, { method: 'OPTIONS', headers: headersOf(origin) })
      await server.app.request(PATHS.start, { method: 'POST', headers: headersOf(origin) })
    }
    await server.app.request(PATHS.integrity, { headers: headersOf(FOREIGN) })
  })
  expect(none).toEqual([])
})

it('what a stranger names is never told but where it is a site of ours', async () => {
  const read = await noted(({ app }) =>
    app.request(`${PATHS.sites}/+12025550123`, { headers: headersOf('https://a.example/+12025550123') }),
  )
  expect(read).toEqual([{ event: 'foreign-origin', call: 'read', sitekey: undefined, origin: undefined }])
})

it('an origin is told as a browser writes it, and nothing else is', () => {
  const longest = `https://${'a.'.repeat(126)}b`
  for (const origin of [FOREIGN, 'http://localhost:3000', 'http://[::1]:80800'.slice(0, -1), 'null', longest])
    expect(loggableOrigin(origin), origin).toBe(origin)
  for (const text of [
    ...['', 'shop', 'https://', 'https://shop.example/', 'https://shop.example:443', 'https://Shop.example'],
    ...['https://a b', 'https://a\u001b[31m', `${FOREIGN}, ${FOREIGN}`, 'https://u:p@a.example', 'file://x'],
    `https://${'a.'.repeat(200)}example`,
  ])
    expect(loggableOrigin(text), text).toBeUndefined()
})

it('a log has one line in a minute for each site, whoever floods it, and metrics count all', async () => {
  let time = 1_000_000
  const lines: string[] = []
  const log = logEvents(createLogger('warn', { write: (line) => lines.push(line) }))
  const isLogged = worthLogging(() => time)
  const metrics = createMetrics(new Map())
  function observe(event: ServerEvent): void {
    if (isLogged(event)) log(event)
    metrics.observe(event)
  }
  for (let times = 0; times < 100; times++) {
    const origin = `https://a${times}.example`
    for (const sitekey of ['shop', 'other', undefined])
      observe({ event: 'foreign-origin', call: 'read', sitekey, origin })
  }
  const told = () => lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(told()).toMatchObject([{ sitekey: 'shop' }, { sitekey: 'other' }, { origin: 'https://a0.example' }])
  time += 60_000
  observe({ event: 'foreign-origin', call: 'post', sitekey: 'shop', origin: FOREIGN })
  time -= 3_600_000
  observe({ event: 'foreign-origin', call: 'post', sitekey: 'shop', origin: FOREIGN })
  expect(told().slice(3)).toMatchObject(Array(2).fill({ call: 'post', sitekey: 'shop', origin: FOREIGN }))
  const series = (await metrics.registry.metrics()).split('\n').filter((line) => /^otp_foreign/.test(line))
  expect(series.sort()).toEqual([
    'otp_foreign_origins_total{sitekey="",call="read"} 100',
    'otp_foreign_origins_total{sitekey="other",call="read"} 100',
    'otp_foreign_origins_total{sitekey="shop",call="post"} 2',
    'otp_foreign_origins_total{sitekey="shop",call="read"} 100',
  ])
})
