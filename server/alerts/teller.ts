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

/** Tells alerts: of all servers on a store one tells each, and under an attack nobody is told the same every second. */
export interface Teller {
  /** Carries out what concerns no visitor. What goes wrong in it is told to the observer. */
  aside(work: () => Promise<void>): void
  /**
   * Tells an alert, unless the same was told `about` the same within `window` ms. What nobody has taken counts as not told.
   *
   * @param about one of as many things as the configuration allows, for it takes room of those under way
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
    // Whoever fills the store is to be told of.
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
      // A range has digits of numbers, and no log has any.
      const { range: _, ...logged } = alert
      observe({ event: 'alert', ...logged })
      notify(alert, () => store.refund(passed).catch(note))
    },
  }
}
