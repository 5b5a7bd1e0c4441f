#!/usr/bin/env node
import { Command } from 'commander'
import { boundCommand } from './cli/bound-command.js'
import { doctorCommand } from './cli/doctor-command.js'
import { eraseCommand } from './cli/erase-command.js'
import { explain } from './cli/explain.js'
import { keysCommand } from './cli/keys-command.js'
import { lintTemplateCommand } from './cli/lint-template-command.js'
import { overrideCommands } from './cli/override-commands.js'
import { pauseCommand, resumeCommand } from './cli/pause-command.js'
import { serveCommand } from './cli/serve-command.js'
import { setupCommand } from './cli/setup-command.js'
import { shadowReportCommand } from './cli/shadow-report-command.js'
import { whyCommand } from './cli/why-command.js'

function print(text: string): void {
  console.log(text)
}

function fail(): void {
  process.exitCode = 1
}

const program = new Command('otp-verify')
  .description('Proves that a visitor controls a phone number.')
  .addHelpText(
    'after',
    '\nEverything else is configured by OTP_* and INFOBIP_* variables or by otp-verify.config.json.',
  )
  .showHelpAfterError()
  .addCommand(serveCommand(process.env, print))
  .addCommand(setupCommand(process.env, print))
  .addCommand(doctorCommand(process.env, { print, fail }))
  .addCommand(lintTemplateCommand(process.env, { print, fail }))
  .addCommand(keysCommand(process.env, print))
  .addCommand(eraseCommand(process.env, print))
  .addCommand(boundCommand(process.env, print))
  .addCommand(pauseCommand(process.env, print))
  .addCommand(resumeCommand(process.env, print))
  .addCommand(whyCommand(print))
  .addCommand(shadowReportCommand(process.env, print))
for (const command of overrideCommands(process.env, { print })) program.addCommand(command)

program.parseAsync().catch((error: unknown) => {
  console.error(explain(error))
  process.exitCode = 1
})
