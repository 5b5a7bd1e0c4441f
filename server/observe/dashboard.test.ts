import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { addBudgets } from '../operator/budgets.js'
import { addReadiness } from '../operator/readiness.js'
import { RESERVED_SHARE } from '../site/policy.js'
import { memoryStore } from '../store/memory.js'
import { testSite } from '../test/harness.js'
import { createMetrics } from './metrics.js'

const sites = new Map([['shop', testSite()]])
const { registry } = createMetrics(sites)
addBudgets(registry, memoryStore(), sites)
addReadiness(registry, async () => undefined)

/** The labels of each metric, by its name and by the names under which Prometheus keeps a histogram. */
const METRICS = new Map(
  registry.getMetricsAsArray().flatMap((metric) => {
    const { name, labelNames } = metric as unknown as { name: string; labelNames: string[] }
    const of = (suffix: string, ...more: string[]): [string, string[]] => [
      `${name}${suffix}`,
      [...labelNames, ...more],
    ]
    return 'buckets' in metric ? [of('_bucket', 'le'), of('_count'), of('_sum')] : [of('')]
  }),
)

const docs = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')

/** What expressions ask for: metrics, with the labels that they select by. */
function selectorsIn(text: string): { name: string; labels: string[] }[] {
  return [...text.matchAll(/\b((?:otp|process|nodejs)_\w+)(?:\{([^}]*)\})?/g)].map(
    ([, name, inside = '']) => ({
      name: name!,
      labels: [...inside.matchAll(/(\w+)\s*[=!]/g)].map(([, label]) => label!),
    }),
  )
}

interface Panel {
  title: string
  targets: { expr: string; legendFormat: string }[]
}
const { panels } = JSON.parse(docs('grafana.json')) as { panels: Panel[] }
const expressions = panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const))

/** Prometheus gives every series these. */
const OF_EVERY_TARGET = ['job', 'instance']

describe('what docs/ asks of the metrics', () => {
  it.each(expressions)('the panel %s asks for metrics and labels that there are', (_, expr) => {
    const selectors = selectorsIn(expr)
    expect(selectors).not.toEqual([])
    for (const { name, labels } of selectors) {
      const known = METRICS.get(name)
      expect(known, name).toBeDefined()
      const grouped = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list]) => list!.split(', '))
      for (const label of [...labels, ...grouped])
        expect([...known!, ...OF_EVERY_TARGET], expr).toContain(label)
    }
  })

  it.each(expressions)('the panel %s follows what is chosen under Job', (_, expr) => {
    expect(expr.match(/\w+\{(?!job=~"\$job")|\b(?:otp|process|nodejs)_\w+(?!\w|\{)/)).toBeNull()
  })

  it('has a legend of labels that each panel has left', () => {
    for (const { title, targets } of panels) {
      for (const { expr, legendFormat } of targets) {
        for (const [, label] of legendFormat.matchAll(/\{\{(\w+)\}\}/g)) {
          expect(`${expr} ${OF_EVERY_TARGET.join(' ')}`, title).toMatch(new RegExp(`\\b${label}\\b`))
        }
      }
    }
  })

  it('shows every metric of ours', () => {
    const shown = new Set(expressions.flatMap(([, expr]) => selectorsIn(expr).map(({ name }) => name)))
    const ours = [...METRICS.keys()].filter((name) => name.startsWith('otp_') && !name.endsWith('_sum'))
    expect(ours.filter((name) => !shown.has(name))).toEqual([])
  })

  it('docs/observing.md has a row for each, with its labels and its help', () => {
    const rows = docs('observing.md')
      .split('\n')
      .filter((line) => line.startsWith('| `otp_'))
    const told = registry.getMetricsAsArray().map((metric) => {
      const { name, help, labelNames } = metric as unknown as {
        name: string
        help: string
        labelNames: string[]
      }
      return `| \`${name}\` | ${labelNames.join(', ') || '–'} | ${help} |`
    })
    expect(rows.toSorted()).toEqual(told.filter((row) => row.startsWith('| `otp_')).toSorted())
    for (const { name } of selectorsIn(docs('observing.md').split('groups:')[1]!))
      expect(METRICS.has(name), name).toBe(true)
  })
})

it('warns of a budget before strangers’ part of it ends, and is red there', () => {
  const [, share] = /otp_budget_limit\) > ([\d.]+)/.exec(docs('observing.md'))!
  expect(Number(share)).toBeLessThan(1 - RESERVED_SHARE)
  const before = docs('grafana.json').split('"title": "Credit"')[0]!
  const values = [...before.matchAll(/"value": (0\.\d+)/g)].map(([, value]) => Number(value))
  expect(values.at(-1)).toBe(1 - RESERVED_SHARE)
})
