import type { Observe } from '../observe/events.js'
import { underEach, type Digests } from '../pepper/digests.js'
import { seal, unseal } from '../pepper/seal.js'
import { numberInLogs, type NumberInLogs } from '../phone-number/number-in-logs.js'
import { canonicalPhoneNumber } from '../phone-number/phone-number.js'
import type { RandomBytes } from '../random.js'
import { inTurn } from '../store/in-turn.js'
import { listed } from '../store/listing.js'
import type { Store } from '../store/store.js'
import { namesUnder } from './names.js'
import { enact, keysOfScope, type Scope, type Verdict } from './overrides.js'

/** Name under which overrides are listed. */
const GROUP = 'overrides'

/** What an operator has decided, overriding the guard. */
export interface Override {
  scope: Scope
  verdict: Verdict
  /** Milliseconds since 1970, by the store's clock. */
  until: number
  /** Who did it. */
  by: string
  note?: string | undefined
}

/** What changing overrides needs. */
export interface OverrideDeps {
  store: Store
  digests: Digests
  observe: Observe
}

/**
 * Makes every server on the store obey from the next message on; replaces what the scope had before.
 *
 * @param milliseconds for which it holds, at most LONGEST_OVERRIDE.
 * @throws StoreError
 */
export async function setOverride(
  { store, digests, observe, random }: OverrideDeps & { random: RandomBytes },
  given: Omit<Override, 'until'>,
  milliseconds: number,
): Promise<Override> {
  const names = namesUnder(digests)
  const { scope, verdict, by } = given
  const override = { ...given, until: (await store.now()) + milliseconds }
  const [member, ...others] = membersOf(scope, digests)
  const sealed = seal(JSON.stringify(override), digests.key('override', member!), random)
  // Listed first, so that every override in force is on the list.
  await store.announce(GROUP, member!, sealed, milliseconds)
  for (const other of others) await store.withdraw(GROUP, other)
  const until = new Date(override.until).toISOString()
  await inTurn([
    () => enact(store, names, override, milliseconds),
    () => observe({ event: 'override', change: verdict, ...told(scope, digests), by, until }),
  ])
  return override
}

/** Takes an override back. @returns whether there was one. @throws StoreError */
export async function liftOverride(
  { store, digests, observe }: OverrideDeps,
  scope: Scope,
  by: string,
): Promise<boolean> {
  const { overrides } = await livingOverrides(store, digests)
  const existed = overrides.some((one) => one.scope.of === scope.of && one.scope.value === scope.value)
  await inTurn([
    () => forgetOverride(store, digests, scope),
    () => existed && observe({ event: 'override', change: 'lift', ...told(scope, digests), by }),
  ])
  return existed
}

/** Forgets an override and everything kept for it. @throws StoreError */
export async function forgetOverride(store: Store, digests: Digests, scope: Scope): Promise<void> {
  const forgotten = keysOfScope(scope, namesUnder(digests))
  const forget = () => store.apply({ earnings: [], marks: [], forgotten }, 'operator')
  await inTurn([
    // Unlisted last, so that every override in force is on the list.
    forget,
    ...membersOf(scope, digests).map((member) => () => store.withdraw(GROUP, member)),
    // Once more, because this waits for the replicas, which then have everything written before it.
    forget,
  ])
}

/**
 * Every override in force, the one that ends soonest first.
 *
 * @returns also how many were made under a pepper that is not known here; servers that lack it do not obey them either.
 * @throws StoreError
 */
export async function livingOverrides(
  store: Store,
  digests: Digests,
): Promise<{ overrides: Override[]; foreign: number }> {
  const sealed = [...(await listed(store, GROUP))]
  const overrides = sealed.flatMap(([member, text]) => opened(member, text, digests) ?? [])
  return {
    overrides: overrides.toSorted((a, b) => a.until - b.until),
    foreign: sealed.length - overrides.length,
  }
}

/**
 * How many overrides ended with a pepper that was given up (`lost`), and how many will end with the second one (`ending`).
 *
 * @throws StoreError
 */
export async function strayOverrides(
  store: Pick<Store, 'announce' | 'withdraw'>,
  digests: Digests,
): Promise<{ lost: number; ending: number }> {
  const sealed = [...(await listed(store, GROUP))]
  const under = (one: Digests) => sealed.filter(([member, text]) => opened(member, text, one)).length
  const living = under(digests)
  return { lost: sealed.length - living, ending: living - under({ ...digests, other: undefined }) }
}

function opened(member: string, sealed: string, digests: Digests): Override | undefined {
  const keys = underEach(digests).map((one) => one.key('override', member))
  try {
    return JSON.parse(unseal(sealed, keys)) as Override
  } catch {
    return undefined
  }
}

/** The scope's names on the list; the one to write under comes first. */
function membersOf({ of, value }: Scope, digests: Digests): readonly string[] {
  return namesUnder(digests).of('override', of, value).override
}

/** What a log may say about a scope. */
function told({ of, value }: Scope, digests: Digests): { of: Scope['of'] } & Partial<NumberInLogs> {
  const number = of === 'number' ? canonicalPhoneNumber(value) : undefined
  return { of, ...(number && numberInLogs(number, digests)) }
}
