import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { expect, it, onTestFinished } from 'vitest'
import { createLogger, logEvents } from '../observe/log.js'
import { instantProvider } from '../observe/test/traffic.js'
import type { Site } from '../site/site.js'
import { TestServer, testSite } from '../test/harness.js'
import { shadowReportCommand } from './shadow-report-command.js'

/** A server with this guard, its log, and what visitors do. */
async function logged(over: Partial<Site>) {
  const lines: string[] = []
  const provider = instantProvider()
  const server = await TestServer.start({
    sites: [
      testSite({ ...over, phoneRules: { ...testSite().phoneRules, countries: new Set(['US', 'GB']) } }),
    ],
    deps: {
      ...{ provider, trustedProxies: 1 },
      observe: logEvents(createLogger('info', { write: (line) => lines.push(line) })),
    },
  })
  onTestFinished(() => server.stop())
  let callers = 0
  /** @returns whether a message came */
  async function visit(phoneNumber: string, enters = false): Promise<boolean> {
    const headers = { 'X-Forwarded-For': `10.${callers++ % 250}.7.7` }
    const { status, body } = await server.start({ phoneNumber }, headers)
    if (status === 201 && enters) {
      await server.check(body.verificationId, provider.codeFor(phoneNumber), headers)
    }
    return status === 201
  }
  return { server, lines, visit }
}

let failed: boolean

/** What `otp-verify shadow-report` prints, with a configuration file of these settings. */
async function report(lines: readonly string[], settings: object, ...args: string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'otp-verify-shadow-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const config = join(folder, 'config.json')
  writeFileSync(config, JSON.stringify(settings))
  const printed: string[] = []
  failed = false
  const verdict = { print: (text: string) => void printed.push(text), fail: () => void (failed = true) }
  const command = shadowReportCommand({}, verdict, Readable.from(lines))
  await command.exitOverride().parseAsync(['--config', config, ...args], { from: 'user' })
  return printed.join('\n')
}

const PRICES = { prices: { currency: 'EUR', default: 0.09, GB: 0.05 } }
const us = (n: number) => `+1202555${1000 + n}`
const gb = (n: number) => `+44740012${1000 + n}`

it('counts what would have been refused, saved and lost, from the log of a server (SR-K11)', async () => {
  const { server, lines, visit } = await logged({ shadow: true })
  // Three of a range have credit. Of the seven others one enters the code, before which one more would have been refused.
  for (let n = 0; n < 10; n++) expect(await visit(us(n), n === 9)).toBe(true)
  for (let n = 0; n < 5; n++) expect(await visit(gb(n))).toBe(true)
  // Told to wait, and proven with the code that came: nobody is lost.
  server.advance(1)
  expect([await visit('+14155550123'), await visit('+14155550123', true)]).toEqual([true, true])
  expect(JSON.parse(await report(lines, PRICES, '--json'))).toEqual({
    currency: 'EUR',
    from: expect.stringMatching(/Z$/),
    to: expect.stringMatching(/Z$/),
    sites: [
      {
        ...{ sitekey: 'shop', sent: 17, messages: 10, numbers: 10, saved: 10, lost: 1, challenged: 0 },
        savedMoney: expect.closeTo(7 * 0.09 + 2 * 0.05 + 0.09, 9),
        rules: [
          { rule: 'range', messages: 9, numbers: 9, lost: 1 },
          { rule: 'number', messages: 1, numbers: 1, lost: 0 },
        ],
      },
    ],
  })
  const [, , first, ...rest] = (await report(lines, PRICES)).split('\n')
  expect(first).toBe('shop: sent 17 messages. The guard would have refused 10, to 10 numbers.')
  expect(rest).toEqual([
    '  Saved: 10 messages, 0.82 EUR.',
    '  Lost: 1 visitor at most: that many of these numbers were proven afterwards.',
    '    range          9 messages to 9 numbers, 1 of them proven afterwards',
    '    number         1 message to 1 number, 0 of them proven afterwards',
  ])
  expect(await report(lines, {})).toContain('Saved: 10 messages.\n')
})

it('is what a guard that enforces then refuses (SR-K11)', async () => {
  const [shadowing, enforcing] = [await logged({ shadow: true }), await logged({ shadow: false })]
  let refused = 0
  for (let n = 0; n < 40; n++) {
    const number = n % 3 ? us(n) : gb(n)
    expect(await shadowing.visit(number)).toBe(true)
    if (!(await enforcing.visit(number))) refused++
  }
  const [site] = JSON.parse(await report(shadowing.lines, {}, '--json')).sites
  expect(site).toMatchObject({ messages: refused, saved: refused, lost: 0 })
  expect(refused).toBe(34)
  expect(await report(enforcing.lines, {})).toMatch(
    /would have refused nothing, or was not in shadow mode\.$/,
  )
})

it('does not count as saved what a budget refused all the same (SR-K11)', async () => {
  const { server, lines, visit } = await logged({ shadow: true, dailyBudget: 10 })
  const sent = []
  for (let n = 0; n < 12; n++) sent.push(await visit(us(n)))
  expect(sent.filter(Boolean)).toHaveLength(7)
  // What comes the next day is another message, for which there is credit.
  server.advance(24 * 3600)
  expect(await visit(us(11))).toBe(true)
  const [site] = JSON.parse(await report(lines, {}, '--json')).sites
  expect(site).toMatchObject({ sent: 8, messages: 4, saved: 4 })
})

it('tells apart what a challenge would have been asked for, and says when there is nothing', async () => {
  const line = (more: object) =>
    `${JSON.stringify({ time: '2026-01-15T12:00:00.000Z', sitekey: 'shop', ref: 'r', country: 'US', ...more })}\n`
  const asked = line({ event: 'shadowed', rule: 'operator', code: 'challenge_required' })
  const checks = line({ event: 'shadowed', rule: 'checks', code: 'rate_limited' })
  const sent = line({ event: 'sent', channel: 'sms', resend: false })
  const told = await report([asked, sent, checks, sent], {})
  expect(told).toContain('The guard would have refused 0, to 0 numbers.')
  expect(told).toContain('It would have asked for a challenge before 1 more.')
  expect(failed).toBe(false)
  expect(await report(['nothing\n'], {})).toBe('The log has no events of a server.')
  expect(failed).toBe(true)
  await expect(report([], { prices: { currency: 'euro', default: 1 } })).rejects.toThrow(/prices/)
})
