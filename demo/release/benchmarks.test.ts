import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { HAS_REDIS_SERVER } from '../../server/store/redis/test/redis-server.js'
import { read, ROOT } from './manifest.js'

/** Each file in bench/ that measures says in its first lines how it is called. */
const NAMES = readdirSync(join(ROOT, 'bench'))
  .filter((name) => name.endsWith('.mjs'))
  .map((name) => name.slice(0, -'.mjs'.length))
  .filter((name) =>
    readFileSync(join(ROOT, `bench/${name}.mjs`), 'utf8').includes(`\`node bench/${name}.mjs\``),
  )

const run = (...args: string[]) => spawnSync(process.execPath, args, { cwd: ROOT })

it('npm run bench has every benchmark, and names them to whoever misspells one', () => {
  const { status, stderr } = run('scripts/bench.mjs', 'first-anwser')
  expect(status).toBe(1)
  expect(String(stderr)).toContain('"first-anwser"')
  const offered = /Choose among: ([^.]+)\./.exec(String(stderr))![1]!.split(', ')
  expect(offered.toSorted()).toEqual(NAMES.toSorted())
})

it('every benchmark is told of in docs/benchmarks.md', () => {
  const page = read('docs/benchmarks.md')
  for (const name of NAMES) expect(page, name).toContain(`node bench/${name}.mjs`)
})

/** Those that are done in seconds when they are small, and need nobody else's packages. */
const SMALL: [name: string, ...args: string[]][] = [
  ['whole-flow', '--only', 'raw,hono,ours', '--count', '4', '--rounds', '1'],
  ['added-latency', '--only', 'raw,ours', '--count', '4', '--rounds', '1'],
  ['first-answer', '--rounds', '1'],
  ['handle-times', '--count', '20', '--store', 'memory'],
  ['refused-requests', '--count', '64', '--rounds', '1', '--store', 'memory'],
  ['live-verifications', '--count', '400', '--store', 'sqlite', '--store', 'memory'],
  ...(HAS_REDIS_SERVER
    ? ([
        ['live-verifications', '--count', '400', '--store', 'redis'],
        ['growth', '--only', 'live', '--live', '1000', '--rounds', '1'],
      ] as [string, ...string[]][])
    : []),
]

it.each(SMALL)('%s runs, and prints figures for programs and nothing else', (name, ...args) => {
  const { stdout, stderr } = run(`bench/${name}.mjs`, ...args, '--json')
  expect(String(stderr)).not.toMatch(/^\w*Error\b/m)
  expect(String(stdout)).toMatch(/^[{[]/)
  expect(JSON.parse(String(stdout))).toBeTypeOf('object')
})

it('verifying imports each key once', () => {
  const { stdout } = run('bench/verify-tokens.mjs', '--count', '20', '--json')
  expect(JSON.parse(String(stdout))).toMatchObject({
    times: expect.any(Number) as number,
    keyImports: { ours: 1, jose: 1 },
  })
})
