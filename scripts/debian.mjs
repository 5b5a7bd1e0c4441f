import { existsSync } from 'node:fs'
import { run, say } from './processes.mjs'

let updated

/** Whether packages can be installed here: on Debian and its relatives, as root. */
export function hasDebianPackages() {
  return process.platform === 'linux' && process.getuid() === 0 && existsSync('/usr/bin/apt-get')
}

/**
 * Installs packages of the distribution in one go, none of those that they merely recommend. Fetches the lists of
 * packages once in the life of this process.
 */
export async function installDebianPackages(names) {
  say(`Installing ${names.join(' ')} (apt-get) …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const quietly = { env, stdio: ['ignore', 'ignore', 'inherit'] }
  updated ??= run('apt-get', ['update', '-qq'], quietly)
  await updated
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', '--no-upgrade', ...names], quietly)
}
