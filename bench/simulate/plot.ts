import type { Result } from './compare.js'

const PANEL = { width: 310, height: 190, left: 62, right: 12, top: 34, bottom: 34 }
const COLUMNS = 3
const LEGEND = 40
/** Of the guard, no defence, and plain limits, which often lie on each other. */
const STROKES: readonly string[] = [
  'stroke="#0b6bcb" stroke-width="2"',
  'stroke="#6b7280" stroke-width="2"',
  'stroke="#c2570c" stroke-width="2" stroke-dasharray="6 5"',
]

/** A picture (SVG) of how many fraudulent messages each defence had let through, hour by hour; one panel a scenario. */
export function plot(results: readonly Result[]): string {
  const attacked = results.filter(({ outcome }) => outcome.fraudRequests > 0)
  const scenarios = [...new Set(attacked.map(({ scenario }) => scenario))]
  const defences = [...new Set(attacked.map(({ defence }) => defence))]
  const columns = Math.min(COLUMNS, Math.max(1, scenarios.length))
  const width = Math.max(2, columns) * PANEL.width
  const height = LEGEND + Math.ceil(scenarios.length / columns) * PANEL.height
  const legend = defences.map(
    (defence, n) =>
      `<path d="M${PANEL.left + n * 170} 20h24" ${STROKES[n]}/>` +
      `<text x="${PANEL.left + n * 170 + 28}" y="24">${defence}</text>`,
  )
  const panels = scenarios.map((scenario, n) => {
    const x = (n % columns) * PANEL.width
    const y = LEGEND + Math.floor(n / columns) * PANEL.height
    const curves = attacked.filter((result) => result.scenario === scenario)
    return `<g transform="translate(${x} ${y})">${panel(scenario, curves, defences)}</g>`
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}"`,
    ' role="img" font-family="system-ui, sans-serif" font-size="12" fill="#1f2937">',
    '<title>Fraudulent messages sent, by hours since the attack began</title>',
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...[...legend, ...panels],
    '</svg>\n',
  ].join('')
}

function panel(scenario: string, results: readonly Result[], defences: readonly string[]): string {
  const hours = Math.max(...results.map(({ outcome }) => outcome.fraudByHour.length))
  const powers = Math.max(1, ...results.map(({ outcome }) => Math.ceil(Math.log10(outcome.fraudSent + 1))))
  const x = (hour: number) => fixed(PANEL.left + (hour / hours) * (PANEL.width - PANEL.left - PANEL.right))
  const bottom = PANEL.height - PANEL.bottom
  const y = (count: number) =>
    fixed(bottom - (Math.log10(Math.max(1, count)) / powers) * (bottom - PANEL.top))
  const ticks = Array.from({ length: powers + 1 }, (_, power) => {
    const at = y(10 ** power)
    return (
      `<path d="M${x(0)} ${at}H${x(hours)}" stroke="#e5e7eb"/>` +
      `<text x="${PANEL.left - 6}" y="${Number(at) + 4}" text-anchor="end" font-size="10">` +
      `${(10 ** power).toLocaleString('en')}</text>`
    )
  })
  const curves = results.map(({ defence, outcome }) => {
    const points = outcome.fraudByHour.map((count, hour) => `L${x(hour + 1)} ${y(count)}`)
    const stroke = STROKES[defences.indexOf(defence)]
    return `<path d="M${x(0)} ${y(0)}${points.join('')}" fill="none" ${stroke}/>`
  })
  return [
    `<text x="${PANEL.left}" y="${PANEL.top - 12}" font-weight="600">${scenario}</text>`,
    ...[...ticks, ...curves],
    `<text x="${x(0)}" y="${bottom + 16}" font-size="10">0</text>`,
    `<text x="${x(hours)}" y="${bottom + 16}" font-size="10" text-anchor="end">${hours} hours</text>`,
  ].join('')
}

function fixed(n: number): string {
  return n.toFixed(1)
}
