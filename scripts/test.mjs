import './node-version.mjs'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { provideBrowser } from './browser.mjs'
import { provideEngines } from './engines.mjs'
import { say } from './processes.mjs'
import { providePrograms } from './programs.mjs'
import { end, installPackages, setUp } from './setup.mjs'
import { absences, failed, lastLine, table } from './test-report.mjs'
import { stepsIn } from './test-steps.mjs'

const folder = mkdtempSync(join(tmpdir(), 'otp-verify-test-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const steps = stepsIn(folder)
const selected = readSelection()
const began = performance.now()

// Without the build among the steps, the rest still needs what it makes.
await (selected.includes('build') ? installPackages() : setUp())
const missing = [
  ...(isWanted('programs') ? await providePrograms() : []),
  ...(isWanted('engines') ? await provideEngines() : []),
]
if (missing.length > 0) say(`Some tests will not run on this machine:\n${absences(missing)}`)
const foundBrowser = isWanted('browser') ? await provideBrowser() : {}
if (foundBrowser.path) process.env['CHROME_PATH'] = foundBrowser.path

const results = []
for (const group of groups()) {
  results.push(...(await Promise.all(group.map(async (step) => ({ step, ...(await outcomeOf(step)) })))))
}

console.log(table(results))
const failures = failed(results)
if (failures) console.log(`${failures}\n`)
if (missing.length > 0) console.log(`${absences(missing)}\n`)
say(`All of it took ${((performance.now() - began) / 1000).toFixed(0)} s.`)
console.log(lastLine(results))
process.exitCode = results.some(({ failed }) => failed > 0) ? 1 : 0

function readSelection() {
  const names = steps.map(({ name }) => name)
  const usage = `Choose among: ${names.join(', ')}. For example: npm test -- --only vitest,e2e`
  try {
    const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } } })
    const chosen = (values.only ?? names).flatMap((value) => value.split(','))
    const unknown = chosen.find((name) => !names.includes(name))
    if (unknown !== undefined) end(`There is no step "${unknown}". ${usage}`)
    return chosen
  } catch (error) {
    return end(`${error.message}\n${usage}`)
  }
}

/** Whether one of the selected steps uses such a thing. */
function isWanted(thing) {
  return steps.some((step) => step[thing] && selected.includes(step.name))
}

/** The steps in their order, those that run at the same time together. */
function groups() {
  const alone = steps.filter(({ beside }) => !beside)
  return alone.map((first) => [first, ...steps.filter(({ beside }) => beside === first.name)])
}

async function outcomeOf(step) {
  const reason = reasonNotToRun(step)
  if (reason) return { passed: 0, failed: reason.counts ? 1 : 0, skipped: 0, notRun: reason.text }
  say(`${step.title} …`)
  const start = performance.now()
  const counts = await step.run()
  const seconds = (performance.now() - start) / 1000
  const where = counts.where ? ` in ${counts.where}` : ''
  say(`${step.title}: ${counts.failed > 0 ? 'FAILED' : 'passed'}${where} after ${seconds.toFixed(1)} s.\n`)
  return { ...counts, seconds }
}

/** A step that was wanted and could not run counts as a failure, so that nobody takes silence for success. */
function reasonNotToRun({ name, browser }) {
  if (!selected.includes(name)) return { text: 'not selected', counts: false }
  if (results.some(({ step, failed }) => step.name === 'build' && failed > 0)) {
    return { text: 'the build failed', counts: false }
  }
  if (browser === 'needed' && foundBrowser.reason) return { text: foundBrowser.reason, counts: true }
  return undefined
}
