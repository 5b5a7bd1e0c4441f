import type { Behaviour } from './behaviour.js'
import { BoundedMap } from './bounded-map.js'
import type { DeliveryTarget } from './delivery-reports.js'
import { Inbox } from './inbox.js'
import type { Pin, VerificationRow } from './pin.js'
import type { RandomBytes } from '../random.js'
import type { Application, Template } from './records.js'
import { Windows } from './windows.js'

const MOST_ENTRIES = 10_000

/** Everything the simulated service knows. Each collection forgets its oldest entry beyond 10,000. */
export interface State {
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly random: RandomBytes
  behaviour: Behaviour
  readonly applications: BoundedMap<string, Application>
  readonly templates: BoundedMap<string, Template>
  /** By pinId; after a resend, two pinIds may lead to one PIN. */
  readonly pins: BoundedMap<string, Pin>
  readonly history: BoundedMap<VerificationRow, null>
  readonly windows: Windows
  readonly inbox: Inbox
  /** Where reports of tracked messages go; nowhere unless said. */
  deliveryTarget: DeliveryTarget | undefined
}

/** An empty service. */
export function createState(now: () => number, random: RandomBytes, behaviour: Behaviour): State {
  return {
    now,
    random,
    behaviour,
    applications: new BoundedMap(MOST_ENTRIES),
    templates: new BoundedMap(MOST_ENTRIES),
    pins: new BoundedMap(MOST_ENTRIES),
    history: new BoundedMap(MOST_ENTRIES),
    windows: new Windows(),
    inbox: new Inbox(),
    deliveryTarget: undefined,
  }
}
