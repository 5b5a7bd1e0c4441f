import type { Provider } from '../provider/provider.js'

/** A provider that is loaded when it is told to be, or when something is asked of it. */
export interface LateProvider extends Provider {
  /** @throws the error that kept it from being loaded; calls are then `unavailable`, and each tries to load it again */
  load(): Promise<void>
}

/**
 * Stands in for a provider that `open` loads.
 *
 * @param onFailure called with the reason, the first time that loading fails during a call.
 */
export function lateProvider(
  open: () => Promise<Provider>,
  onFailure: (error: unknown) => void,
): LateProvider {
  let opened: Promise<Provider> | undefined
  let told = false

  function provider(): Promise<Provider> {
    opened ??= open().catch((error: unknown) => {
      opened = undefined
      throw error
    })
    return opened
  }

  function tell(error: unknown): undefined {
    if (!told) onFailure(error)
    told = true
  }

  /** Whatever the reason, nothing was sent and no code was looked at. */
  const asked = async <Outcome>(ask: (loaded: Provider) => Promise<Outcome>) => {
    const loaded = await provider().catch(tell)
    return loaded ? ask(loaded) : ({ outcome: 'unavailable' } as const)
  }

  return {
    load: async () => void (await provider()),
    send: (request) => asked((loaded) => loaded.send(request)),
    resend: (...args) => asked((loaded) => loaded.resend(...args)),
    check: (...args) => asked((loaded) => loaded.check(...args)),
  }
}
