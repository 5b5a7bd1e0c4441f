#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { startServer } from './cli/serve.js'
import { ConfigError } from './config/config-error.js'
import { SigningKeysError } from './token/keys.js'

const USAGE = `Usage: otp-verify serve [--config FILE]

  serve   Runs the server. Without INFOBIP_* it runs against its own sandbox, which sends nothing.

Everything else is configured by OTP_* and INFOBIP_* variables or by otp-verify.config.json.`

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { config: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  })
  if (values.help || positionals.length === 0) return print(USAGE)
  if (positionals.length > 1 || positionals[0] !== 'serve')
    throw new UsageError(`Unknown command: ${positionals.join(' ')}`)
  await serve(values.config)
}

async function serve(configFile: string | undefined): Promise<void> {
  const server = await startServer(process.env, configFile)
  for (const warning of server.warnings) console.error(`Warning: ${warning}`)
  if (server.sandboxUrl) {
    console.error('SANDBOX: no Infobip account is configured. Nothing is sent to any phone;')
    console.error(`messages appear at ${server.sandboxUrl} instead.`)
  }
  print(
    `otp-verify answers at ${server.publicUrl} (port ${server.port}); health at http://127.0.0.1:${server.adminPort}/healthz`,
  )
  let stopping = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // A second Ctrl-C does not wait for anyone.
      if (stopping) process.exit(1)
      stopping = true
      void server.stop().then(() => process.exit(0))
    })
  }
}

class UsageError extends Error {}

function print(text: string): void {
  console.log(text)
}

/** One clear line for what the operator can mend; nothing else is expected to happen. */
function explain(error: unknown): string {
  if (error instanceof ConfigError) {
    return ['The configuration cannot be used:', ...error.mistakes.map((mistake) => `  - ${mistake}`)].join(
      '\n',
    )
  }
  if (error instanceof SigningKeysError) return error.message
  if (error instanceof UsageError) return `${error.message}\n\n${USAGE}`
  const { code, port, message } = error as NodeJS.ErrnoException & { port?: number }
  if (code === 'EADDRINUSE') {
    return `Port ${port} is taken by another program. Choose others with OTP_PORT, OTP_ADMIN_PORT, OTP_SANDBOX_PORT.`
  }
  if (code?.startsWith('ERR_PARSE_ARGS')) return `${message}\n\n${USAGE}`
  return `The server could not be started (${code ?? (error as Error).name}).`
}

main().catch((error: unknown) => {
  console.error(explain(error))
  process.exitCode = 1
})
