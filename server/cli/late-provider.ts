import type { Provider } from '../provider/provider.js'

/** A provider that is loaded when it is told to be, or when something is asked of it. */
export interface LateProvider extends Provider {
  /** @throws whatever keeps it from being loaded; what is asked of it then fails too */
  load(): Promise<void>
}

/** Takes the place of a provider that `open` loads, once. */
export function lateProvider(open: () => Promise<Provider>): LateProvider {
  let opened: Promise<Provider> | undefined
  const provider = () => (opened ??= open())
  return {
    load: async () => void (await provider()),
    send: async (request) => (await provider()).send(request),
    resend: async (...asked) => (await provider()).resend(...asked),
    check: async (...asked) => (await provider()).check(...asked),
  }
}
