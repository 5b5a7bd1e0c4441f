import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { hasDebianPackages, installDebianPackages } from './debian.mjs'

/** The languages of the backends, and servers: what tests run beside Node, how to see that it works, who brings it. */
const PROGRAMS = JSON.parse(readFileSync(new URL('programs.json', import.meta.url), 'utf8'))

/**
 * Sees to the programs that tests run beside Node. Where they are missing, asks Debian's package manager (as root
 * only), once for all of them. Returns those that are missing in the end; their tests are skipped.
 */
export async function providePrograms() {
  const missing = PROGRAMS.filter(isMissing)
  if (missing.length === 0 || !hasDebianPackages()) return missing
  await installDebianPackages(missing.flatMap(({ debian }) => debian))
  return missing.filter(isMissing)
}

/** A program may be there without the libraries that it needs, so being there is not enough. */
function isMissing({ programs, probe, env }) {
  const options = { env: { ...process.env, ...env }, timeout: 20_000 }
  return !programs.some((program) => spawnSync(program, probe, options).status === 0)
}
