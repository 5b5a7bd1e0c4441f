import { underEach, type Digests } from '../pepper/digests.js'
import type { Rule } from '../refusal/reasons.js'
import { networkOf, type Network } from './network.js'

/** Characters of a digest that name an account: 126 bits. */
const LENGTH = 21

/**
 * What accounts and marks are kept for, with up to four uses each (one digest yields four names). Uses that every start needs
 * share an entry.
 */
const USES = {
  number: ['number', 'ruling'],
  'number at a site': ['guess', 'streak', 'known', 'trust'],
  range: ['range', 'proven', 'ruling', 'inhabited'],
  operator: ['operator', 'network', 'ruling'],
  address: ['address', 'starts', 'numbers', 'ruling'],
  caller: ['proven-address', 'checks', 'challenges', 'answers'],
  redeemer: ['secrets'],
  'refused caller': ['refusals'],
  'refused neighbourhood': ['refusals'],
  neighbourhood: ['neighbourhood', 'crowd', 'ruling'],
  'number of an address': ['met'],
  override: ['override'],
} as const

type Thing = keyof typeof USES

/** The rule that an account belongs to: its key begins with it. */
export function ruleIn(key: string): Rule {
  return key.slice(0, key.indexOf(':')) as Rule
}

/** The keys of one thing, by use: one each, or two while one pepper replaces another, so that limits hold meanwhile. */
type KeysOf<T extends Thing> = Readonly<Record<(typeof USES)[T][number], readonly string[]>>

/** Names accounts and marks so that a reader of the store learns neither numbers nor addresses. */
export interface Names {
  /** The keys of the thing that `parts` identify. Keys for different uses cannot be correlated. */
  of<T extends Thing>(thing: T, ...parts: string[]): KeysOf<T>
  /** The address and neighbourhood under which an address in its one form is counted. @throws Error when it is no address */
  network(address: string): Network
}

/** How many things and addresses are remembered: enough for concurrent calls, and for a flood that keeps coming back. */
const REMEMBERED = 1000

function remembering<V>(
  make: (text: string, ...parts: string[]) => V,
): (text: string, ...parts: string[]) => V {
  const remembered = new Map<string, V>()
  return function recall(text, ...parts) {
    const known = remembered.get(text)
    if (known !== undefined) return known
    const made = make(text, ...parts)
    if (remembered.size >= REMEMBERED) remembered.clear()
    remembered.set(text, made)
    return made
  }
}

/** Names under peppers. */
export function namesUnder(digests: Digests): Names {
  const each = underEach(digests)

  // Digests are most of what refusing a call costs.
  const keysOf = remembering((_, thing, ...parts): KeysOf<Thing> => {
    const made = each.map((one) => one.wide(thing, ...parts))
    const uses = USES[thing as Thing].map((use, n) => [
      use,
      made.map((digest) => `${use}:${digest.slice(n * LENGTH, (n + 1) * LENGTH)}`),
    ])
    return Object.fromEntries(uses) as KeysOf<Thing>
  })

  return {
    of<T extends Thing>(thing: T, ...parts: string[]) {
      return keysOf([thing, ...parts].join('\u001f'), thing, ...parts)
    },
    network: remembering(networkOf),
  }
}
