import { Command } from 'commander'
import type { Environment } from '../config/variables.js'
import { nameOf } from '../observe/error-name.js'
import { lastResort } from './last-resort.js'
import { startServer } from './serve.js'
import type { Terminal } from './terminal.js'

/** `otp-verify serve`. */
export function serveCommand(env: Environment, { print, warn }: Pick<Terminal, 'print' | 'warn'>): Command {
  return new Command('serve')
    .description('run the server; without INFOBIP_* against its own sandbox, which sends nothing')
    .option('--config <file>', 'configuration file')
    .action(async ({ config }: { config?: string }) => {
      const server = await startServer(env, config)
      for (const warning of server.warnings) warn(`Warning: ${warning}`)
      if (server.sandboxUrl) {
        warn('SANDBOX: no Infobip account is configured. Nothing is sent to any phone;')
        warn(`messages appear at ${server.sandboxUrl} instead.`)
      }
      print(
        `otp-verify answers at ${server.publicUrl} (port ${server.port}); health at http://127.0.0.1:${server.adminPort}/healthz`,
      )
      let stopping = false
      // Not the process's own exit code, which is 1 if the line above found a full disk: the server has served nevertheless.
      let code = 0
      const end = () => {
        // A second Ctrl-C does not wait for anyone.
        if (stopping) process.exit(1)
        stopping = true
        void server.stop().then(
          () => process.exit(code),
          () => process.exit(1),
        )
      }
      process.on('SIGINT', end).on('SIGTERM', end)
      process.on('SIGHUP', () => {
        // A terminal that is closed often sends the signal twice.
        if (!stopping) end()
      })
      server.loaded.catch((error: unknown) => {
        warn(`The message provider could not be loaded: ${nameOf(error)}`)
        code = 1
        if (!stopping) end()
      })
      lastResort(process, warn, () => {
        code = 1
        if (!stopping) end()
      })
    })
}
