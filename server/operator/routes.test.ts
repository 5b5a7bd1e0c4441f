import { expect, it, onTestFinished } from 'vitest'
import { pause } from '../guard/pause.js'
import { createDay } from '../observe/day.js'
import { StoreError } from '../store/store.js'
import { NUMBER, TestServer, testSite } from '../test/harness.js'
import { operatorReport, type OperatorReport } from './report.js'
import { operatorRoutes } from './routes.js'

const PAGE = { version: '1.2.3', html: '<!doctype html>', assets: new Map([['a.js', 'void 0']]) }

/** The routes over a server of one site, and what they tell. */
async function setUp({ page }: { page?: typeof PAGE } = { page: PAGE }) {
  const sites = [testSite({ dailyBudget: 10, shadow: false })]
  const clock: { server?: TestServer } = {}
  const now = () => clock.server?.time ?? Date.UTC(2026, 0, 15, 12)
  const day = createDay(new Map([['shop', sites[0]!]]), now)
  const server = await TestServer.start({ sites, deps: { observe: day.observe } })
  clock.server = server
  onTestFinished(() => server.stop())
  const { store } = server.deps
  const deps = { day, store, sites: server.deps.sites, startedAt: now() - 5000, servers: () => 2, now }
  const app = operatorRoutes(page, () => operatorReport(deps))
  const told = async () =>
    (await (await app.request('/day.json')).json()) as OperatorReport & { version?: string }
  return { server, store, app, told }
}

it('tells the last day, the budgets and what is paused, and no number', async () => {
  const { server, store, told } = await setUp()
  await server.start()
  await pause(store, { country: 'US' }, 60_000)
  await server.start({ phoneNumber: '+12025550199' })
  const report = await told()
  expect(report).toMatchObject({ version: '1.2.3', servers: 2, sites: [{ sitekey: 'shop', shadow: false }] })
  expect(report.now - report.startedAt).toBe(5000)
  expect(report.budgets).toEqual([{ sitekey: 'shop', account: 'messages', used: 1, limit: 10 }])
  expect(report.pauses).toEqual([{ country: 'US' }])
  const { countries, reasons } = report.day.sites['shop']!
  expect(countries['US']).toMatchObject({ started: 1, sent: 1, verified: 0, refused: 1 })
  expect(reasons).toEqual({ pause: 1 })
  expect(JSON.stringify(report)).not.toContain(NUMBER.slice(2))
})

it('tells what this process knows while the store is away', async () => {
  const { server, store, told } = await setUp()
  await server.start()
  store.sums = () => Promise.reject(new StoreError('away'))
  const report = await told()
  expect(report.day.sites['shop']!.sent.at(-1)).toBe(1)
  expect(report).not.toHaveProperty('budgets')
  expect(report).not.toHaveProperty('pauses')
})

it('serves the page under a policy that lets it load and ask for nothing but its own', async () => {
  const { app } = await setUp()
  for (const [path, type] of [
    ['/', 'text/html; charset=UTF-8'],
    ['/assets/a.js', 'text/javascript; charset=utf-8'],
    ['/day.json', 'application/json'],
  ] as const) {
    const { status, headers } = await app.request(path)
    expect([status, headers.get('Content-Type')], path).toEqual([200, type])
    const policy = headers.get('Content-Security-Policy')!
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';/)
    expect(policy).not.toMatch(/unsafe|https?:/)
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
    expect(headers.get('Access-Control-Allow-Origin')).toBeNull()
  }
  expect((await app.request('/assets/b.js')).status).toBe(404)
})

it('has no page where none was built', async () => {
  const { app, told } = await setUp({})
  expect((await app.request('/')).status).toBe(404)
  expect(await told()).not.toHaveProperty('version')
})
