import process from 'node:process'
import { fileURLToPath, URL } from 'node:url'
import { runNode, runNpm } from '../../scripts/processes.mjs'
import { end, isInstalled } from '../../scripts/setup.mjs'
import { ACCOUNT, NEXT, SERVERS } from './programs.mjs'

const HERE = fileURLToPath(new URL('.', import.meta.url))

// What is printed is the figures, which programs may want to read.
const stdio = ['ignore', process.stderr, process.stderr]

/** Installs what ours is compared with, where it is not installed. Ends the process when it cannot. */
export async function installPeers() {
  if (isInstalled(HERE)) return
  console.error('Installing what ours is compared with (npm ci in bench/peers); this takes a minute …')
  if ((await runNpm(['ci', '--prefix', HERE], { stdio })) !== 0) end('npm says above why that failed.')
}

/** Installs and builds what these servers need that the checkout has not. Ends the process when it cannot. */
export async function prepare(names) {
  const needs = names.map((name) => SERVERS[name].needs).filter(Boolean)
  if (needs.length > 0) await installPeers()
  if (!needs.includes('next')) return
  console.error('Building the routes of Next.js …')
  // Nothing is asked while they are built, but the SDK wants to know what it will ask.
  const account = { ...ACCOUNT, INFOBIP_BASE_URL: 'http://127.0.0.1' }
  const env = { ...process.env, ...account, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' }
  const built = await runNode([NEXT.cli, 'build', NEXT.folder], { env, stdio })
  if (built !== 0) end('Next.js could not build its routes.')
}
