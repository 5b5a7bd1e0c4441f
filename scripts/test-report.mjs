import { stripVTControlCharacters } from 'node:util'

/** What is said of a failure begins with what is wrong; where it happened follows, at length. */
const LINES_A_REASON = 8

/** The table at the end of `npm test`: a row a step, what was not run said loudly. */
export function table(results) {
  const rows = results.map(({ step, passed, failed, skipped, seconds, where, notRun }) => [
    step.name,
    notRun ? 'NOT RUN' : failed > 0 ? 'FAILED' : 'passed',
    notRun ?? `${counted(passed, failed, skipped)} (${seconds.toFixed(1)} s)${where ? ` in ${where}` : ''}`,
  ])
  return `\n${rows.map(([name, state, detail]) => `  ${name.padEnd(14)}${state.padEnd(9)}${detail}`).join('\n')}\n`
}

/** What could not be tried because its program is not there, a line each, as loud as a step that was not run. */
export function absences(missing) {
  return missing.map(({ name, needs }) => `  ${name.padEnd(14)}NOT RUN  it takes ${needs}`).join('\n')
}

/** Which tests failed and why, each in a few lines, so that the end of the output is enough. */
export function failed(results) {
  const lines = results.flatMap(({ step, failures = [] }) =>
    failures.flatMap(({ test, reason }) => [
      `  ${step.name.padEnd(14)}FAILED   ${test}`,
      ...stripVTControlCharacters(reason)
        .split('\n')
        .slice(0, LINES_A_REASON)
        .map((line) => `    ${line}`),
    ]),
  )
  return lines.join('\n')
}

/** The sum over all steps, as one line that other programs may read. */
export function lastLine(results) {
  const sum = (count) => results.reduce((total, result) => total + result[count], 0)
  return counted(sum('passed'), sum('failed'), sum('skipped'))
}

function counted(passed, failed, skipped) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}
