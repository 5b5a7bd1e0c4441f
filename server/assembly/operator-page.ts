import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { OperatorPage } from '../operator/routes.js'
import { readPackage } from './package-files.js'

/** The operator's page that the build wrote; `undefined` where `readWidget` finds no script either. */
export async function readOperatorPage(): Promise<OperatorPage | undefined> {
  try {
    const { version, dist } = await readPackage()
    const folder = join(dist, 'operator')
    const html = await readFile(join(folder, 'index.html'), 'utf8')
    const names = await readdir(join(folder, 'assets'))
    const read = async (name: string) => [name, await readFile(join(folder, 'assets', name), 'utf8')] as const
    return { version, html, assets: new Map(await Promise.all(names.map(read))) }
  } catch {
    return undefined
  }
}
