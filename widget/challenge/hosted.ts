import type { HostedChallenge } from '../../contract/index.js'
import type { Clock } from '../clock.js'
import { scriptUrl } from './script-url.js'

/** Constants: nothing that a page or a server says ever becomes an address. */
const SCRIPTS = {
  turnstile: 'https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit',
  hcaptcha: 'https://js.hcaptcha.com/1/api.js?render=explicit',
} as const

/** Milliseconds within which a script has to arrive. */
const LOAD_LIMIT = 20_000

/** Width in pixels of the usual form of both; the compact one is half as wide. */
const USUAL_WIDTH = 304

/** What the scripts of both have in common. */
interface HostedApi {
  render(holder: HTMLElement, options: Record<string, unknown>): string
  remove(id: string): void
}

let nonce = ''

/** Gives the scripts that are loaded our own script's nonce, with which a page's policy admits them. */
export function lendNonce(own: string): void {
  nonce = own
}

/**
 * Has the visitor solve another service's challenge in `holder`, and returns its token.
 *
 * @throws when it cannot be loaded, fails, expires or is stopped.
 */
export async function solveHosted(
  { type, sitekey, cdata }: HostedChallenge,
  {
    holder,
    language,
    clock,
    stop,
  }: { holder: HTMLElement; language: string; clock: Clock; stop: AbortSignal },
): Promise<string> {
  const api = apiOf(type) ?? (await load(type, clock, stop))
  const host = holder.parentElement!
  let id: string | undefined
  try {
    return await new Promise<string>((callback, reject) => {
      // Turnstile writes errors to the console unless the callback says that they are handled.
      const fail = () => (reject(new Error()), true)
      stop.addEventListener('abort', fail)
      const theirs =
        type === 'turnstile'
          ? {
              ...{ cData: cdata, language, 'response-field': false },
              ...{ 'timeout-callback': fail, 'unsupported-callback': fail },
            }
          : { hl: language, 'chalexpired-callback': fail }
      id = api.render(holder, {
        sitekey,
        theme: isDark(host) ? 'dark' : 'light',
        size: host.clientWidth < USUAL_WIDTH ? 'compact' : 'normal',
        callback,
        'error-callback': fail,
        'expired-callback': fail,
        ...theirs,
      })
    })
  } finally {
    if (id !== undefined) api.remove(id)
  }
}

/** The page may have the script already. */
function apiOf(type: HostedChallenge['type']): HostedApi | undefined {
  const api = Reflect.get(window, type) as HostedApi | undefined
  return typeof api?.render === 'function' ? api : undefined
}

async function load(type: HostedChallenge['type'], clock: Clock, stop: AbortSignal): Promise<HostedApi> {
  const script = document.createElement('script')
  script.src = scriptUrl(SCRIPTS[type])
  script.nonce = nonce
  let stopClock = () => {}
  try {
    await new Promise((resolve, reject) => {
      stopClock = clock.after(LOAD_LIMIT, () => reject(new Error()))
      script.onload = resolve
      script.onerror = reject
      stop.addEventListener('abort', reject)
      document.head.append(script)
    })
  } finally {
    stopClock()
    script.remove()
  }
  const api = apiOf(type)
  if (!api) throw new Error()
  return api
}

function isDark(node: Element): boolean {
  const { colorScheme } = getComputedStyle(node)
  return (
    /dark/.test(colorScheme) &&
    (!/light/.test(colorScheme) || matchMedia('(prefers-color-scheme: dark)').matches)
  )
}
