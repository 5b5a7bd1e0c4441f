import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { getFileInfo } from 'prettier'
import { expect, it } from 'vitest'
import { SOURCES } from '../scripts/setup.mjs'
import { ROOT } from './release/manifest.js'

/** What has no part in what is built. */
const NOT_BUILT = [
  ...['CHANGELOG.md', 'CONTRIBUTING.md', 'README.md', 'SECURITY.md', 'docs', 'deploy'],
  ...['eslint.config.js', 'web-test-runner.config.mjs'],
]

async function isIgnored(name: string): Promise<boolean> {
  const path = join(ROOT, name)
  const inside = statSync(path).isDirectory() ? join(path, 'any') : path
  return (await getFileInfo(inside, { ignorePath: join(ROOT, '.gitignore') })).ignored
}

it('a change of whatever the build reads makes npm start and npm test build anew', async () => {
  const visible = readdirSync(ROOT).filter((name) => !name.startsWith('.'))
  const ignored = await Promise.all(visible.map(isIgnored))
  const ours = visible.filter((_, index) => !ignored[index])
  const listed = [...SOURCES, ...NOT_BUILT]
  expect(listed.toSorted(), 'SOURCES of scripts/setup.mjs, and what is not built').toEqual(ours.toSorted())
})
