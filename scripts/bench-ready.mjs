// Sees to what the benchmarks need: the build, what they compare with, a browser and a Redis.
import './node-version.mjs'
import { installPeers } from '../bench/peers/install.mjs'
import { provideBrowser } from './browser.mjs'
import { PROGRAMS, providePrograms } from './programs.mjs'
import { end, setUp } from './setup.mjs'

await setUp()
await installPeers()
const [missing] = await providePrograms(PROGRAMS.filter(({ name }) => name === 'Redis'))
if (missing) end(`Install ${missing.needs}.`)
const browser = await provideBrowser()
if (typeof browser !== 'string') end(browser.reason)
