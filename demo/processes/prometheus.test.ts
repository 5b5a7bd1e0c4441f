import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MIDNIGHT_PATIENCE, pastMidnight } from '../../server/test/midnight.js'
import { start } from './calls.js'
import { startInstances, type Instances } from './instances.js'
import { HAS_PROMETHEUS, startPrometheus, titled, type Prometheus } from './test/prometheus.js'
import { newNumber, visitor, wrongCode } from './visitor.js'

const docs = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')
const RULES = /```yaml\n(groups:[^]*?)```/.exec(docs('observing.md'))![1]!

interface Dashboard {
  panels: { title: string; targets: { expr: string }[] }[]
}

/** Expressions of the dashboard as Grafana asks them for all sites. */
const EXPRESSIONS = (JSON.parse(docs('grafana.json')) as Dashboard).panels.flatMap(({ title, targets }) =>
  targets.map(({ expr }) => {
    const asked = expr.replaceAll(/\$(sitekey|job)/g, '.*').replaceAll(/\$__(rate_interval|range)/g, '1m')
    return [title, asked] as const
  }),
)

describe.skipIf(!HAS_PROMETHEUS)(titled('two processes whose metrics a real Prometheus reads'), () => {
  let instances: Instances
  let prometheus: Prometheus

  beforeAll(() => pastMidnight(), MIDNIGHT_PATIENCE)
  beforeAll(async () => {
    instances = await startInstances(2, (folder) => `sqlite:${join(folder, 'store.db')}`)
    const targets = instances.admins.map((admin) => new URL(admin).host)
    prometheus = await startPrometheus(targets, RULES)
  })
  afterAll(async () => {
    await prometheus?.stop()
    await instances?.stop()
  })

  async function untilSum(expression: string, value: number): Promise<void> {
    const read = async () => (await prometheus.query(expression)).map((one) => Number(one.value[1]))
    await expect.poll(read, { timeout: 60_000, interval: 200 }).toEqual([value])
  }

  it('adds them up, country by country, and reads the budget that they share', async () => {
    await untilSum('sum(up)', 2)
    const shop = visitor((path, init) => instances.fetch(path, init))
    for (let n = 0; n < 10; n++) {
      const phoneNumber = newNumber()
      const { verificationId } = (await start(instances.addresses[n % 2]!, phoneNumber)).body
      const { pin } = instances.sandbox.messages(phoneNumber).at(-1)!
      await shop.check(verificationId, n < 7 ? pin : wrongCode(pin))
    }
    await shop.start('+1202')
    await untilSum('sum(otp_verifications_started_total{sitekey="shop",country="US",channel="sms"})', 10)
    await untilSum('sum(otp_messages_sent_total)', 10)
    await untilSum('sum(otp_verifications_verified_total)', 7)
    await untilSum('sum(otp_refusals_total{reason="code_incorrect"})', 3)
    await untilSum('sum(otp_refusals_total{reason="invalid_phone_number"})', 1)
    await untilSum('sum(otp_credits_total{outcome="granted"})', 10)
    await untilSum('sum(otp_provider_seconds_count{operation="send"})', 10)
    // Each says what both have used.
    await untilSum('max(otp_budget_used{sitekey="shop",account="messages"})', 10)
    await untilSum('min(otp_budget_used{sitekey="shop",account="messages"})', 10)
    await untilSum('count(otp_unready{because="store"} == 0)', 2)
  })

  it('evaluates whatever the dashboard asks', async () => {
    for (const [title, expression] of EXPRESSIONS) {
      // What did not happen has no series; everything else is a number.
      const values = (await prometheus.query(expression)).map(({ value }) => value[1])
      for (const value of values) expect(value, title).toMatch(/^(NaN|[\d.e+-]+)$/)
    }
    expect(EXPRESSIONS.length).toBeGreaterThan(20)
  })

  it('takes the rules of the documentation', async () => {
    await expect
      .poll(() => prometheus.rules(), { timeout: 60_000 })
      .toSatisfy((rules: Record<string, string>) => {
        return Object.keys(rules).length > 5 && Object.values(rules).every((health) => health === 'ok')
      })
  })
})
