import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { WidgetScript } from '../http/widget-routes.js'
import type { Observe } from '../observe/events.js'
import { readPackage } from './package-files.js'

/**
 * The script that the build wrote. There is none in a checkout that was never built, or where a bundler has taken the server out
 * of its package (which is reported); pages then bundle the element themselves.
 */
export async function readWidget(
  observe: Observe,
  findPackage = readPackage,
): Promise<WidgetScript | undefined> {
  try {
    const { version, dist } = await findPackage()
    const folder = join(dist, 'script')
    const source = await readFile(join(folder, 'otp-verify.js'), 'utf8')
    const names = await readdir(join(folder, 'locales'))
    const read = async (name: string) =>
      [name, await readFile(join(folder, 'locales', name), 'utf8')] as const
    const locales = new Map(await Promise.all(names.map(read)))
    return { source, version, locales }
  } catch {
    observe({ event: 'no-script' })
    return undefined
  }
}
