import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { read, ROOT } from './manifest.js'

/** Each file in bench/ that measures says in its first lines how it is called. */
const NAMES = readdirSync(join(ROOT, 'bench'))
  .filter((name) => name.endsWith('.mjs'))
  .map((name) => name.slice(0, -'.mjs'.length))
  .filter((name) =>
    readFileSync(join(ROOT, `bench/${name}.mjs`), 'utf8').includes(`\`node bench/${name}.mjs\``),
  )

/** Those that compare things of ours with each other, and are documented where those are. */
const BY_HAND = ['challenge-times', 'handle-times']

const run = (...args: string[]) => spawnSync(process.execPath, args, { cwd: ROOT })

it('npm run bench has every benchmark, and names them to whoever misspells one', () => {
  const { status, stderr } = run('scripts/bench.mjs', 'first-anwser')
  expect(status).toBe(1)
  expect(String(stderr)).toContain('"first-anwser"')
  const offered = /Choose among: ([^.]+)\./.exec(String(stderr))![1]!.split(', ')
  expect(offered.toSorted()).toEqual(NAMES.filter((name) => !BY_HAND.includes(name)).toSorted())
})

it('every benchmark is told of in docs/benchmarks.md', () => {
  const page = read('docs/benchmarks.md')
  for (const name of NAMES) expect(page, name).toContain(`node bench/${name}.mjs`)
})

it('a benchmark prints figures for programs, and nothing else', () => {
  const { stdout } = run('bench/verify-tokens.mjs', '--count', '20', '--json')
  const report = JSON.parse(String(stdout)) as Record<string, unknown>
  expect(report).toMatchObject({ times: expect.any(Number), keyImports: { ours: 1, jose: 1 } })
})
