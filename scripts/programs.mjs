import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { hasDebianPackages, installDebianPackages } from './debian.mjs'

/** The languages of the backends, and servers: what tests run beside Node, how to see that it works, who brings it. */
export const PROGRAMS = JSON.parse(readFileSync(new URL('programs.json', import.meta.url), 'utf8'))

/**
 * Sees to programs, those that tests run beside Node unless others are named. Where they are missing, asks Debian's
 * package manager (as root only), once for all of them. Returns those that are missing in the end; their tests are
 * skipped.
 */
export async function providePrograms(programs = PROGRAMS) {
  const missing = programs.filter(isMissing)
  if (missing.length === 0 || !hasDebianPackages()) return missing
  await installDebianPackages(missing.flatMap(({ debian }) => debian))
  return missing.filter(isMissing)
}

/** A program may be there without the libraries that it needs, so being there is not enough. */
function isMissing(needed) {
  return answerOf(needed) === undefined
}

/** The first of the programs that passes the probe, and what it said; `undefined` when none does. */
export function answerOf({ programs, probe, env }) {
  const options = { env: { ...process.env, ...env }, timeout: 20_000, encoding: 'utf8' }
  for (const program of programs) {
    const { status, stdout } = spawnSync(program, probe, options)
    if (status === 0) return { program, said: stdout }
  }
  return undefined
}
