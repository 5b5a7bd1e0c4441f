import { join } from 'node:path'
import { root, runNpm } from './processes.mjs'
import { isInstalled } from './setup.mjs'

// Installs what the end-to-end tests build with, where it is not installed yet. They would else do so themselves.
for (const name of ['demo/next', 'demo/templates', 'demo/e2e/react/react-18']) {
  const folder = join(root, name)
  if (!isInstalled(folder)) process.exitCode ||= await runNpm(['ci', '--include=dev', '--prefix', folder])
}
