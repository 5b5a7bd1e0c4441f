import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { filesBelow, read, ROOT } from './manifest.js'

const LOCKS = ['package-lock.json', ...['demo', 'bench'].flatMap(filesBelow)].filter((path) =>
  path.endsWith('package-lock.json'),
)

it.each(LOCKS)('what %s installs has been out for a week, and runs no scripts for it (SR-J02)', (lock) => {
  const settings = join(dirname(lock), '.npmrc')
  expect(existsSync(join(ROOT, settings)), settings).toBe(true)
  // npm reads the settings of a folder with a package of its own there alone, not of the folders around it.
  for (const wanted of ['ignore-scripts=true', 'save-exact=true', 'min-release-age=7'])
    expect(read(settings).split('\n')).toContain(wanted)
})

it('the demos and the benchmarks have packages of their own', () => {
  expect(LOCKS.length).toBeGreaterThan(4)
})
