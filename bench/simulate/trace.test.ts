import { describe, expect, it } from 'vitest'
import { compare } from './compare.js'
import { plot } from './plot.js'
import { figures, table } from './table.js'
import { readTrace, siteOf } from './trace.js'

const visitor = { t: 0, ip: '192.0.2.1', phone: '+393201234567', verifies: true, legit: true }
const lines = (...events: object[]) => events.map((event) => `${JSON.stringify(event)}\n`).join('')

describe('a trace', () => {
  it.each([
    ['no JSON', `${lines(visitor)}nonsense`, 'Line 2: this is no JSON.'],
    ['a time that is none', lines({ ...visitor, t: '0' }), 'Line 1: "t" must be seconds, as a number.'],
    ['milliseconds', lines({ ...visitor, t: 1.8e12 }), 'Line 1: "t" must be seconds, not milliseconds.'],
    ['an address that is none', lines({ ...visitor, ip: '192.0.2.256' }), 'Line 1: "ip" must be an IPv4 or'],
    [
      'a number that is none',
      lines(visitor, { ...visitor, phone: '0123' }),
      'Line 2: "phone" must be in E.164',
    ],
    ['a verdict that is none', lines({ ...visitor, legit: 'yes' }), 'Line 1: "legit" must be true or false.'],
    ['something left out', lines({ ...visitor, verifies: undefined }), 'Line 1: "verifies" must be true or'],
    ['nothing', '\n', 'There is no event in it.'],
  ])('with %s is refused, by the line (SR-K08)', (_what, text, message) => {
    expect(() => readTrace(text)).toThrow(message)
  })

  it('is played in the order of its times, to a site that serves its visitors’ countries (SR-K08)', async () => {
    const bot = { ...visitor, verifies: false, legit: false }
    const scenario = readTrace(
      lines(
        ...Array.from({ length: 20 }, (_, n) => ({
          ...bot,
          t: 100 - n,
          ip: `198.51.${n}.1`,
          phone: `+3932099900${10 + n}`,
        })),
        { ...bot, t: 200, phone: '+385911234567' },
        visitor,
        { ...visitor, t: 5000, ip: '2001:db8::1' },
      ),
    )
    expect(siteOf(scenario).countries).toEqual(['IT'])
    const results = await compare([{ scenario, seed: 11 }], { ...siteOf(scenario), tickets: false })
    expect(figures(results)).toEqual({
      scenarios: [
        row('trace', 3),
        row('trace (no defence)', 21),
        row('trace (number and address limits)', 21),
      ],
    })
    expect(plot(results)).not.toMatch(/NaN|Infinity|undefined/)
    expect(plot(results).match(/fill="none"/g)).toHaveLength(3)
    expect(table(results)).toContain('fraud refused by range 17, country_not_allowed 1;')
  })

  function row(name: string, fraudSent: number) {
    return {
      ...{ name, fraudRequests: 21, fraudSent, moneyLost: Math.round(fraudSent * 9.5) / 100 },
      ...{ legitStarts: 2, legitRefused: 0, legitRefusedRatio: 0, legitChallenged: 0 },
    }
  }
})
