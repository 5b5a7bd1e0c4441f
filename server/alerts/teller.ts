import type { Alert, Notify } from '../observe/alert.js'
import { nameOf } from '../observe/error-name.js'
import type { Observe } from '../observe/events.js'
import type { Receipt, Store } from '../store/store.js'

/** What a teller is made of. */
export interface TellerDeps {
  store: Store
  notify: Notify
  observe: Observe
}

/** Sends alerts: each is sent by one of the servers on a store, and during an attack the same one is not sent every second. */
export interface Teller {
  /** Runs work that no visitor waits for. Its failures are reported to the observer. */
  aside(work: () => Promise<void>): void
  /**
   * Sends an alert, unless the same one was sent about the same thing within `window` ms. An alert that was not accepted counts
   * as not sent.
   *
   * @param about one of a number of things that the configuration bounds, because it takes room meant for calls under way
   * @param unless marks that stop it
   * @throws StoreError
   */
  tell(alert: Alert, about: string, window: number, unless?: readonly string[]): Promise<void>
}

/** A teller over one store. */
export function tellerOver({ store, notify, observe }: TellerDeps): Teller {
  async function pass(
    name: string,
    window: number,
    unless: readonly string[] = [],
  ): Promise<Receipt | undefined> {
    const gate = {
      kind: 'tally',
      key: `alert:${name}`,
      amount: 1,
      limit: 1,
      window,
      waivers: unless,
    } as const
    // A store that somebody fills must be reported too.
    const consumed = await store.consume([gate], 'under way')
    return 'charges' in consumed && consumed.charges.length > 0 ? consumed : undefined
  }

  function note(error: unknown): void {
    observe({ event: 'failure', operation: 'alert', requestId: '', error: nameOf(error) })
  }

  return {
    aside(work) {
      work().catch(note)
    },

    async tell(alert, about, window, unless) {
      const passed = await pass(`${alert.alert}:${alert.sitekey ?? ''}:${about}`, window, unless)
      if (!passed) return
      // A range holds digits of numbers, which no log may contain.
      const { range: _, ...logged } = alert
      observe({ event: 'alert', ...logged })
      notify(alert, () => store.refund(passed).catch(note))
    },
  }
}
