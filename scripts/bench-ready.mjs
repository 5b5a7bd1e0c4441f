// Sees to what the benchmarks need: the build, a browser and a Redis. What they compare with is installed by those that do.
import './node-version.mjs'
import { provideBrowser } from './browser.mjs'
import { PROGRAMS, providePrograms } from './programs.mjs'
import { end, setUp } from './setup.mjs'

await setUp()
const [missing] = await providePrograms(PROGRAMS.filter(({ name }) => name === 'Redis'))
if (missing) end(`Install ${missing.needs}.`)
const { reason } = await provideBrowser()
if (reason) end(reason)
