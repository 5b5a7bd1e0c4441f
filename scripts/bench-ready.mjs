// Sees to what the benchmarks need: the build, what they compare with, a browser and a Redis.
import './node-version.mjs'
import { join } from 'node:path'
import { provideBrowser } from './browser.mjs'
import { root, runNpm, say } from './processes.mjs'
import { PROGRAMS, providePrograms } from './programs.mjs'
import { end, isInstalled, setUp } from './setup.mjs'

const PEERS = join(root, 'bench/peers')

await setUp()
if (!isInstalled(PEERS)) {
  say('Installing what the benchmarks compare with (npm ci in bench/peers); this takes a minute …')
  if ((await runNpm(['ci', '--include=dev', '--prefix', PEERS])) !== 0) end('npm says above why that failed.')
}
const [missing] = await providePrograms(PROGRAMS.filter(({ name }) => name === 'Redis'))
if (missing) end(`Install ${missing.needs}.`)
const browser = await provideBrowser()
if (typeof browser !== 'string') end(browser.reason)
