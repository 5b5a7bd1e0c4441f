#!/usr/bin/env -S node --
import { Command } from 'commander'
import { print, warn, type Terminal } from './cli/terminal.js'

function fail(): void {
  process.exitCode = 1
}

const TERMINAL: Terminal = { print, warn, fail }

process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  // The reader has seen enough, as in: otp-verify overrides | head -1
  if (code === 'EPIPE') return
  warn(`The output could not be written (${code}).`)
  fail()
})

async function override(name: string): Promise<Command> {
  const { overrideCommands } = await import('./cli/override-commands.js')
  return overrideCommands(process.env, TERMINAL).find((command) => command.name() === name)!
}

/** Every command, loaded on demand, since it does not need what the others do. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import('./cli/serve-command.js')).serveCommand(process.env, TERMINAL),
  setup: async () => (await import('./cli/setup-command.js')).setupCommand(process.env, TERMINAL),
  doctor: async () => (await import('./cli/doctor-command.js')).doctorCommand(process.env, TERMINAL),
  'lint-template': async () =>
    (await import('./cli/lint-template-command.js')).lintTemplateCommand(process.env, TERMINAL),
  keys: async () => (await import('./cli/keys-command.js')).keysCommand(process.env, TERMINAL),
  erase: async () => (await import('./cli/erase-command.js')).eraseCommand(process.env, TERMINAL),
  bound: async () => (await import('./cli/bound-command.js')).boundCommand(process.env, TERMINAL),
  pause: async () => (await import('./cli/pause-command.js')).pauseCommand(process.env, TERMINAL),
  resume: async () => (await import('./cli/pause-command.js')).resumeCommand(process.env, TERMINAL),
  why: async () => (await import('./cli/why-command.js')).whyCommand(TERMINAL),
  'shadow-report': async () =>
    (await import('./cli/shadow-report-command.js')).shadowReportCommand(process.env, TERMINAL),
  allow: () => override('allow'),
  deny: () => override('deny'),
  lift: () => override('lift'),
  overrides: () => override('overrides'),
}

const [asked = ''] = process.argv.slice(2)
const program = new Command('otp-verify')
  .description('Proves that a visitor controls a phone number.')
  .addHelpText(
    'after',
    '\nEverything else is configured by OTP_* and INFOBIP_* variables or by otp-verify.config.json.',
  )
  .showHelpAfterError()
if (!Object.hasOwn(COMMANDS, asked)) {
  const { readPackage } = await import('./assembly/package-files.js')
  program.version((await readPackage()).version)
}
// The help lists all of them, and so does the error for an unknown command.
for (const name of Object.hasOwn(COMMANDS, asked) ? [asked] : Object.keys(COMMANDS)) {
  program.addCommand(await COMMANDS[name]!())
}

program.parseAsync().catch(async (error: unknown) => {
  const { explain } = await import('./cli/explain.js')
  warn(explain(error))
  process.exitCode = 1
})
