import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The package that this server belongs to. @throws when a bundler has taken the server out of its package */
export async function readPackage(): Promise<{ version: string; dist: string }> {
  // By the package's name, which works for the sources, for the build and for an installed copy.
  const manifest = createRequire(import.meta.url).resolve('otp-verify/package.json')
  const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version: string }
  return { version, dist: join(dirname(manifest), 'dist') }
}
