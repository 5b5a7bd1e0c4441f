import type { ProblemCode } from '../../contract/index.js'
import type { Site } from '../site/site.js'
import type { Short } from '../store/store.js'
import type { Route } from './route.js'

/** Hears what the guard does, and sends alerts if need be. Nothing waits for it, and its failures concern no visitor. */
export interface Watch {
  /** A message is about to be paid for. */
  admitted(site: Site, route: Route): void
  /** An account had no room for a message, which is refused as `code`; in shadow it was sent all the same. */
  ranDry(site: Site, route: Route, short: Short, code: ProblemCode): void
  /** Too few codes of the number's network are entered: challenges no longer help there. */
  broke(site: Site, route: Route): void
  /** Somebody is guessing codes at the site. */
  guessed(site: Site): void
}
