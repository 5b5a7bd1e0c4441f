import { execFile, spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it, onTestFinished } from 'vitest'

const DOCS = readFileSync(new URL('../../docs/observing.md', import.meta.url), 'utf8')
const RULES = /```yaml\n(groups:[^]*?)```/.exec(DOCS)![1]!

const HAS_PROMTOOL = spawnSync('promtool', ['--version']).status === 0
if (!HAS_PROMTOOL) console.warn('NOT RUN: there is no promtool, so nothing tells what the rules find.')

/** What the rules find in an hour of these series, a value every 15 seconds, at these minutes. */
async function examine(series: Record<string, string>, fires: Record<number, string[]>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'otp-verify-rules-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'rules.yml'), RULES)
  const test = {
    rule_files: ['rules.yml'],
    evaluation_interval: '15s',
    tests: [
      {
        interval: '15s',
        input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
        promql_expr_test: Object.entries(fires).map(([minute, names]) => ({
          expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
          eval_time: `${minute}m`,
          exp_samples: names.map((alertname) => ({ labels: `{alertname="${alertname}"}`, value: 1 })),
        })),
      },
    ],
  }
  const file = join(folder, 'test.yml')
  await writeFile(file, JSON.stringify(test))
  const { stdout } = await promisify(execFile)('promtool', ['test', 'rules', file])
  return stdout
}

it.skipIf(!HAS_PROMTOOL).each(['store', 'write', 'eviction', 'keys', 'pepper'])(
  'the rules fire for as long as a server is not ready (%s), and not for one that stops',
  async (because) => {
    const unready = (cause: string) => `otp_unready{job="otp-verify",instance="a",because="${cause}"}`
    const series = {
      'up{job="otp-verify",instance="a"}': '1x240',
      [unready(because)]: '0x40 1x160 0x40',
      [unready('stopping')]: '0x210 1x30',
    }
    // One event at the beginning would be forgotten ten minutes later.
    const fires = { 5: [], 14: ['OtpNotReady'], 45: ['OtpNotReady'], 55: [], 58: [] }
    expect(await examine(series, fires)).toContain('SUCCESS')
  },
)
