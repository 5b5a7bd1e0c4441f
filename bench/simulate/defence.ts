import { DAY, type Visit } from './visit.js'

/** Permission for a first message. */
export interface Sent {
  /** Asks for another message. @returns whether it is sent */
  again(): Promise<boolean>
  /** The code was entered. */
  proven(): Promise<void>
}

/** Why nothing is sent: a problem code, and the rule that said so where the defence tells. */
export interface Refused {
  refused: string
  rule: string
}

/** Decides what is sent. */
export interface Defence {
  /** @param solved whether the visitor has solved a challenge */
  start(visit: Visit, solved: boolean): Promise<Sent | Refused>
}

/** Creates a fresh defence. @param now its clock, in milliseconds since 1970 */
export type NewDefence = (now: () => number) => Defence

/** Whatever is asked for is sent. */
export const noDefence: NewDefence = () => ({
  start: async () => ({ again: async () => true, proven: async () => {} }),
})

/** What many sites have: five messages a number and day, ten numbers an address and day. */
export const plainLimits: NewDefence = (now) => {
  const sends = new Map<string, number[]>()
  const numbers = new Map<string, Map<string, number>>()

  function lately(at: number) {
    return at > now() - DAY * 1000
  }

  function send(phone: string): boolean {
    const times = (sends.get(phone) ?? []).filter(lately)
    if (times.length < 5) sends.set(phone, [...times, now()])
    return times.length < 5
  }

  return {
    async start({ phone, address }) {
      const met = new Map([...(numbers.get(address) ?? [])].filter(([, at]) => lately(at)))
      if (!met.has(phone) && met.size >= 10) return { refused: 'cannot_send', rule: 'address' }
      if (!send(phone)) return { refused: 'cannot_send', rule: 'number' }
      numbers.set(address, met.set(phone, now()))
      return { again: async () => send(phone), proven: async () => {} }
    },
  }
}
