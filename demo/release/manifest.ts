import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout's folder. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** What package.json says that these tests look at. */
export interface Manifest {
  version: string
  bin: Record<string, string>
  exports: Record<string, string | { types: string; default: string } | null>
  scripts: Record<string, string>
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
  peerDependencies: Record<string, string>
  overrides: Record<string, string>
}

/** Reads a file of the checkout. */
export const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

/** Reads a JSON file of the checkout. */
export const readJson = <T>(path: string): T => JSON.parse(read(path)) as T

export const MANIFEST = readJson<Manifest>('package.json')

/** The entries of package-lock.json, by their paths. */
export const LOCKED = readJson<{
  packages: Record<
    string,
    { version: string; integrity?: string; dev?: true; devOptional?: true; peer?: true }
  >
}>('package-lock.json').packages

/** Files below a folder of the checkout, by their paths in it, without what was installed or built. */
export function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name)
    if (!entry.isDirectory()) return [path]
    return ['node_modules', 'dist', '.next', '.git'].includes(entry.name) ? [] : filesBelow(path)
  })
}
