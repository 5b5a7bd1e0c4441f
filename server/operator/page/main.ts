import { render } from 'lit'
import { Chart, type Drawing } from './chart.js'
import { figuresOf, merged, mergingFor } from './figures.js'
import type { Shown } from './shown.js'
import { view } from './view.js'
import { inMilliseconds, inNumbers } from './words.js'

/** Milliseconds between two reads, and the time limit for an answer. */
const PAUSE = 3000
const PATIENCE = 5000

/** Seconds that the report's lists cover. */
const DAY = 24 * 3600

let report: Shown['report'] | undefined
let silentSince: number | undefined
const charts = new Map<string, Chart>()

async function look(): Promise<void> {
  const heard = await ask()
  silentSince = heard ? undefined : (silentSince ?? Date.now())
  const updated = heard && report && heard.version !== report.version
  report = heard ?? report
  if (updated) location.reload()
  else show()
}

async function ask(): Promise<Shown['report'] | undefined> {
  try {
    const answer = await fetch('day.json', { signal: AbortSignal.timeout(PATIENCE) })
    return answer.ok ? ((await answer.json()) as Shown['report']) : undefined
  } catch {
    return undefined
  }
}

function show(): void {
  // Nothing to show yet: the document itself was served a moment ago.
  if (!report) return
  const sitekey = chosen(report)
  const figures = figuresOf(report.day, sitekey)
  render(view({ report, figures, sitekey, silentSince, choose }), document.body)
  const { from, provider } = report.day
  const { series } = figures
  const count = series.sent.length
  const by = (id: string) => mergingFor(document.getElementById(id)!.clientWidth, count)
  const times = (step: number) =>
    Array.from({ length: count / step }, (_, at) => from / 1000 + (at * step * DAY) / count)
  const bars = (label: string, list: readonly number[], step: number) => ({
    ...{ label, colour: `--${label}`, bars: true, values: merged(list, step) },
  })
  const tall = by('sends')
  draw('sends', {
    times: times(tall),
    curves: [bars('sent', series.sent, tall), bars('verified', series.verified, tall)],
    unit: inNumbers,
  })
  draw('refused', { times: times(tall), curves: [bars('refused', series.refused, tall)], unit: inNumbers })
  draw('provider', {
    times: times(1),
    curves: [
      { label: 'half', colour: '--sent-ink', values: provider.median },
      { label: '95 %', colour: '--provider', values: provider.p95 },
    ],
    unit: inMilliseconds,
  })
}

function draw(id: string, drawing: Drawing): void {
  let chart = charts.get(id)
  if (!chart) {
    const reading = document.getElementById(`${id}-reading`)!
    chart = new Chart(document.getElementById(id)!, (text) => (reading.textContent = text))
    charts.set(id, chart)
  }
  chart.draw(drawing)
}

/** The site named in the address, so that a wall screen returns to it. */
function chosen({ sites }: Shown['report']): string | undefined {
  const sitekey = location.hash.slice(1)
  return sites.some((site) => site.sitekey === sitekey) ? sitekey : undefined
}

function choose(sitekey: string | undefined): void {
  location.hash = sitekey ?? ''
}

async function keepLooking(): Promise<void> {
  for (;;) {
    let shown = true
    try {
      if (document.visibilityState === 'visible') await look()
    } catch {
      shown = false
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE))
    // The server may be newer than this page; its own page can show the report.
    if (!shown) location.reload()
  }
}

addEventListener('hashchange', show)
addEventListener('resize', show)
document.addEventListener('visibilitychange', () => void (document.visibilityState === 'visible' && look()))
void keepLooking()
