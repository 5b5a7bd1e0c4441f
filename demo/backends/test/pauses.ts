import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Recipe } from './recipes.js'

const FOLDER = new URL('..', import.meta.url)

/** How the recipes write the least time between two fetches: while they know keys, and while they know none. */
const PAUSES = {
  refetch: /(REFETCH_SECONDS = |refetchKeys += |KEYS_SECONDS, REFETCH_SECONDS, .* = 300, )30\b/,
  retry: /(RETRY_SECONDS = |retryKeys += |KEYS_SECONDS, REFETCH_SECONDS, .* = 300, -?\d+, )1\b/,
}

/** Whether a recipe keeps the keys itself; the others leave it to `otp-verify/verify`. */
export function hasOwnCache({ file }: Recipe): boolean {
  return !file.endsWith('.mjs')
}

/** Least seconds between two fetches; a negative number lets them follow at once. */
export type Pauses = Partial<Record<keyof typeof PAUSES, number>>

/** A copy of a recipe with other pauses: nobody can turn the clock of another program. */
export async function copyWithPauses(recipe: Recipe, pauses: Pauses) {
  let source = await readFile(new URL(recipe.file, FOLDER), 'utf8')
  for (const [name, seconds] of Object.entries(pauses)) {
    const pause = PAUSES[name as keyof typeof PAUSES]
    if (!pause.test(source)) throw new Error(`${recipe.file} writes its pauses in another way.`)
    source = source.replace(pause, `$1${seconds}`)
  }
  const folder = await mkdtemp(join(tmpdir(), 'otp-verify-pauses-'))
  const file = join(folder, recipe.file)
  await writeFile(file, source)
  return { file, remove: () => rm(folder, { recursive: true }) }
}
