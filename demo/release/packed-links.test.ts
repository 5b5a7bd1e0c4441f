import { execFile } from 'node:child_process'
import { posix } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { read, ROOT } from './manifest.js'

/** What pages of the package name that is in the repository alone, and say so. */
const REPOSITORY_ONLY = ['demo/next', 'demo/templates']

async function packedFiles(): Promise<string[]> {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts']
  const options = { cwd: ROOT, shell: process.platform === 'win32', maxBuffer: 2 ** 24 }
  const { stdout } = await promisify(execFile)('npm', args, options)
  const [packed] = JSON.parse(stdout) as { files: { path: string }[] }[]
  return packed!.files.map(({ path }) => path)
}

it('every link of a page of the package leads to a file of the package, or says that it is in the repository', async () => {
  const files = await packedFiles()
  const leads = (path: string) => files.some((file) => file === path || file.startsWith(`${path}/`))
  const links = files
    .filter((file) => file.endsWith('.md'))
    .flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)(.*)/g)].map(([, link, rest]) => ({
        page,
        path: posix.join(posix.dirname(page), link!),
        isSaid: rest!.includes('in the repository'),
      })),
    )
  expect(links.length).toBeGreaterThan(150)
  const dead = links.filter(({ path, isSaid }) => !leads(path) && !(isSaid && REPOSITORY_ONLY.includes(path)))
  expect(dead).toEqual([])
})
