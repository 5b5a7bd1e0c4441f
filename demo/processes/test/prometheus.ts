import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { end, freePorts, untilAnswers } from '../built.js'

/** Whether this machine can run a Prometheus of its own. Loud when it cannot: what is not run shows nothing. */
export const HAS_PROMETHEUS = spawnSync('prometheus', ['--version']).status === 0
if (!HAS_PROMETHEUS) console.warn('NOT RUN: there is no prometheus, so no real one reads the metrics.')

/** The title of a suite that needs one. */
export function titled(title: string): string {
  return HAS_PROMETHEUS ? title : `${title} (not run: no prometheus)`
}

/** One series of an answer, by its labels. */
export interface Sample {
  metric: Record<string, string>
  value: [time: number, value: string]
}

/** A real Prometheus, of its own port and folder. */
export interface Prometheus {
  /** Evaluates an expression now. @throws Error with what Prometheus has against it */
  query(expression: string): Promise<Sample[]>
  /** Health of each alert rule, by its name. */
  rules(): Promise<Record<string, string>>
  stop(): Promise<void>
}

/** Starts one that reads these addresses every second. @param rules as in a file of rules */
export async function startPrometheus(targets: readonly string[], rules: string): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'otp-verify-prometheus-'))
  const [port] = await freePorts(1)
  const address = `127.0.0.1:${port}`
  await writeFile(join(folder, 'rules.yml'), rules)
  const config = {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: ['rules.yml'],
    scrape_configs: [{ job_name: 'otp-verify', static_configs: [{ targets }] }],
  }
  // JSON is YAML.
  await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config))
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      ...[`--web.listen-address=${address}`, '--log.level=error'],
    ],
    { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
  )
  const stop = async () => {
    await end(child)
    await rm(folder, { recursive: true, force: true })
  }
  async function ask<T>(path: string): Promise<T> {
    const answer = (await (await fetch(`http://${address}/api/v1/${path}`)).json()) as {
      error?: string
      data: T
    }
    if (answer.error !== undefined) throw new Error(answer.error)
    return answer.data
  }
  try {
    await untilAnswers(`http://${address}/-/ready`, [child])
  } catch (error) {
    await stop()
    throw error
  }
  return {
    stop,
    async query(expression) {
      return (await ask<{ result: Sample[] }>(`query?query=${encodeURIComponent(expression)}`)).result
    },
    async rules() {
      const { groups } = await ask<{ groups: { rules: { name: string; health: string }[] }[] }>('rules')
      return Object.fromEntries(
        groups.flatMap(({ rules }) => rules.map(({ name, health }) => [name, health])),
      )
    },
  }
}
