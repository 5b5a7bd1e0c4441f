import './node-version.mjs'
import { providePrograms } from './programs.mjs'
import { runNode } from './processes.mjs'
import { setUp } from './setup.mjs'

/** Tests that say more when they are given more time; `npm test` runs a short form of each. */
const FILES = [
  'server/token/verify-fuzz.test.ts',
  'server/token/rotation-soak.test.ts',
  'server/observe/privacy-at-rest.test.ts',
  'server/guard/limits.test.ts',
  'server/guard/ticket.test.ts',
  'server/store/full.test.ts',
  'server/store/expiring-map.test.ts',
  'bench/simulate/credit-bound.test.ts',
  'bench/simulate/simulate.test.ts',
  'demo/processes/redeem.test.ts',
  'demo/processes/failover.test.ts',
  'demo/processes/restarts.test.ts',
  'demo/processes/checks.test.ts',
  'demo/processes/crashes.test.ts',
  'demo/processes/limits.test.ts',
]

await setUp()
await providePrograms()
process.env['SOAK'] = '1'
process.exitCode = await runNode([
  'node_modules/vitest/vitest.mjs',
  'run',
  ...FILES,
  '--no-file-parallelism',
  '--reporter=verbose',
])
