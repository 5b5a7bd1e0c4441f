import { afterEach, beforeEach, expect, it } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { ORIGIN, TestServer } from '../test/harness.js'

const FIVE_MINUTES = 'public, max-age=300'

/** Two builds of one checkout, whose version nobody has raised between them. */
const BUILDS = ['void 0', 'void 1'].map((source) => ({ source, version: '1.2.3', locales: new Map() }))

let before: TestServer
let after: TestServer
beforeEach(async () => {
  ;[before, after] = (await Promise.all(BUILDS.map((widget) => TestServer.start({ deps: { widget } })))) as [
    TestServer,
    TestServer,
  ]
})
afterEach(() => Promise.all([before.stop(), after.stop()]))

async function integrityOf({ app }: TestServer): Promise<[path: string, hash: string][]> {
  const { files } = (await (await app.request(PATHS.integrity)).json()) as { files: Record<string, string> }
  return Object.entries(files)
}

async function cachingOf({ app }: TestServer, path: string): Promise<string | null> {
  return (await app.request(path)).headers.get('Cache-Control')
}

it('a name that browsers keep for good is another for every build, and the first of the hashes (SR-I02, SR-J06)', async () => {
  const [[older], [newer]] = await Promise.all([integrityOf(before), integrityOf(after)])
  for (const [server, [path]] of [
    [before, older!],
    [after, newer!],
  ] as const) {
    expect(path).toMatch(/^\/otp-verify-1\.2\.3-[0-9a-f]{12}\.js$/)
    expect(await cachingOf(server, path)).toBe('public, max-age=31536000, immutable')
  }
  expect(older![0]).not.toBe(newer![0])
  expect(older![1]).not.toBe(newer![1])
  expect((await after.app.request(older![0])).status).toBe(404)
})

it('a name that another build has too is kept for five minutes, with its hash among the others (SR-J06)', async () => {
  const [[older], files] = await Promise.all([integrityOf(before), integrityOf(after)])
  const names = files.map(([path]) => path)
  expect(names.slice(1)).toEqual(['/otp-verify-1.2.3.js', '/otp-verify.js'])
  expect(new Set(files.map(([, hash]) => hash)).size).toBe(1)
  expect(files[1]![1]).not.toBe(older![1])
  for (const name of names.slice(1)) expect(await cachingOf(after, name)).toBe(FIVE_MINUTES)
})

it('a script of another build may read that its list of languages is not here', async () => {
  const list = `${PATHS.locales}/list-abc.json`
  const missing = await after.app.request(list, { headers: { Origin: ORIGIN } })
  expect(missing.status).toBe(404)
  expect(missing.headers.get('Access-Control-Allow-Origin')).toBe('*')
  expect(missing.headers.get('Cache-Control')).toBe('no-store')
})
