import { join } from 'node:path'
import { root } from './processes.mjs'
import { provide } from './setup.mjs'

// Installs what the end-to-end tests build with, where it is not installed yet. They would otherwise do so themselves.
for (const folder of ['demo/next', 'demo/templates', 'demo/e2e/react/react-18']) {
  if (!(await provide(join(root, folder), `Installing ${folder} (npm ci) …`))) process.exitCode = 1
}
