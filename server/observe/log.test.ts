import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { ServerEvent } from './events.js'
import { createLogger, logEvents } from './log.js'

/** Lines of a log, read again. */
function logged(...events: object[]): Record<string, unknown>[] {
  const lines: string[] = []
  const log = logEvents(createLogger('trace', { write: (line) => lines.push(line) }))
  for (const event of events) log(event as ServerEvent)
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}

const WHOM = { sitekey: 'shop', ref: 'abc', country: 'HR', numberType: 'MOBILE' } as const
const REFUSED = { event: 'refused', operation: 'start', code: 'cannot_send', requestId: 'r-1' } as const

it('carries the members that are on the list, and none that an event brings along by mistake (SR-G07)', () => {
  const strange = { phoneNumber: '+12025550123', code2: '918273', body: { code: '918273' }, headers: [] }
  const [refused, sent, unheardOf] = logged(
    { ...REFUSED, ...strange, ...WHOM, reason: 'range' },
    { event: 'sent', ...WHOM, channel: 'sms', resend: false, ...strange },
    { event: 'unheard-of', ...strange },
  )
  const plain = { time: expect.any(String) as string, level: 30 }
  expect(refused).toEqual({ ...plain, ...REFUSED, ...WHOM, reason: 'range' })
  const { event, ...rest } = sent!
  expect([event, rest]).toEqual(['sent', { ...plain, ...WHOM, channel: 'sms', resend: false }])
  expect(unheardOf).toEqual({ ...plain, event: 'unheard-of' })
})

it('carries no object where a plain value belongs, whatever is in it (SR-G07)', () => {
  const [line] = logged({ ...REFUSED, sitekey: { phoneNumber: '+12025550123' }, ref: ['+12025550123'] })
  expect(JSON.stringify(line)).not.toContain('2025550123')
  expect(line).toMatchObject(REFUSED)
})

it('names the request in lines that a visitor may ask about, by the id that they were told', () => {
  const failure = { event: 'failure', operation: 'check', requestId: 'r-2', error: 'TypeError' } as const
  expect(logged(REFUSED, failure).map(({ requestId }) => requestId)).toEqual(['r-1', 'r-2'])
})

it('writes each event at the level that docs/events.md says', () => {
  const page = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8')
  const [catalogue = ''] = /^\| event \| meaning \|\n(\|.*\n)+/m.exec(page) ?? []
  const events = [...catalogue.matchAll(/^\| `([\w-]+)`/gm)].map(([, name]) => name!)
  expect(events.length).toBeGreaterThan(20)
  const rows = [...page.matchAll(/^\| (info|warn|error) \| (\d+) \| (.*) \|$/gm)].map(
    ([, , number, text]) => ({
      number: Number(number),
      text: text!,
    }),
  )
  const [info, warn, error] = rows
  for (const event of events.filter((name) => name !== 'keys' && name !== 'provider')) {
    const { number } = [warn!, error!].find(({ text }) => text.includes(`\`${event}\``)) ?? info!
    expect(logged({ event })[0]!['level'], event).toBe(number)
  }
  const special = logged(
    ...['signing', 'gone', 'none', 'differ'].map((change) => ({ event: 'keys', change })),
    ...[false, true].map((alarm) => ({ event: 'provider', alarm })),
  )
  const levels = [warn, warn, error, error, info, error].map((row) => row!.number)
  expect(special.map(({ level }) => level)).toEqual(levels)
})
