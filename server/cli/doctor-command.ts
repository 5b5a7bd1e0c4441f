import { Command } from 'commander'
import { readWidget } from '../assembly/widget-script.js'
import type { Config } from '../config/config.js'
import { effectiveLimits } from '../config/policy-schema.js'
import type { Environment } from '../config/variables.js'
import { boundOf, type Pricing } from '../guard/bound.js'
import type { Site } from '../site/site.js'
import { examine, weaknessesOf, type DoctorReport, type Examination } from './doctor.js'
import type { Terminal } from './terminal.js'

interface Options {
  config?: string
  json?: true
  offline?: boolean
}

/** `otp-verify doctor`. @param readScript reads the script for pages. */
export function doctorCommand(
  env: Environment,
  { print, fail }: Pick<Terminal, 'print' | 'fail'>,
  readScript: () => Promise<unknown> = () => readWidget(() => {}),
): Command {
  return new Command('doctor')
    .description(
      'check configuration, store, keys and the Infobip application, and say how to fix what is wrong',
    )
    .option('--offline', 'do not ask Infobip')
    .option('--config <file>', 'configuration file')
    .option('--json', 'print JSON')
    .action(async ({ config: file, json, offline = false }: Options) => {
      const report = await examine({ env, file, offline, now: Date.now, readScript })
      const problems = weaknessesOf(report)
      const ok = problems.length === 0
      print(json ? JSON.stringify({ ok, problems }) : lines(report).join('\n'))
      if (!ok) fail()
    })
}

function lines(report: DoctorReport): string[] {
  return [
    ...report.examinations.flatMap(examinationLines),
    ...(report.config ? limitLines(report.config) : []),
    '',
    verdict(report),
  ]
}

function verdict(report: DoctorReport): string {
  const problems = weaknessesOf(report).length
  if (problems > 0) return `${problems} ${problems === 1 ? 'problem' : 'problems'}.`
  return report.examinations.some(({ skipped }) => skipped)
    ? 'All is well, but Infobip was not checked.'
    : 'All is well.'
}

function examinationLines({ name, weaknesses, notes, skipped }: Examination): string[] {
  return [
    `${skipped ? '–' : weaknesses.length === 0 ? '✓' : '✗'} ${name}`,
    ...weaknesses.flatMap(({ message, fix }) => [`    ✗ ${message}`, `      → ${fix}`]),
    ...notes.map((note) => `    · ${note}`),
  ]
}

/** The limits in force, and how far each may be raised without `unsafe`. */
function limitLines({ sites, prices }: Config): string[] {
  const [first] = sites.values()
  if (!first) return []
  const rows = effectiveLimits(first.policy).map(
    ({ name, value, most }) => `    ${name.padEnd(34)} ${String(value).padStart(6)}   at most ${most}`,
  )
  return [
    '',
    'Limits in force',
    ...rows,
    ...[...sites.values()].flatMap((site) => siteLines(site, prices?.of)),
  ]
}

function siteLines(site: Site, priceOf: Pricing): string[] {
  const { sitekey, codeLength, codeLifetime, attempts, checkInterval, resendCooldowns, dailyBudget } = site
  const { firstDay, later } = boundOf(site, priceOf)
  return [
    `  ${sitekey}`,
    `    code: ${codeLength} digits, ${codeLifetime} seconds, ${attempts} attempts, one per ${checkInterval} s; resent after ${resendCooldowns.join(', ')} s`,
    `    day: ${dailyBudget} messages; ${later} to numbers never verified there, ${site.shadow ? 'since the guard is in shadow mode' : `${firstDay} on the site's first day`}`,
  ]
}
