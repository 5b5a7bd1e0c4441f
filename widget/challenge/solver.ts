import type { ReactiveControllerHost } from 'lit'
import type { IssuedChallenge } from '../../contract/index.js'
import type { Clock } from '../clock.js'
import { OtpError } from '../failure.js'
import type { Locale } from '../locales/locale.js'
import { solveAltcha } from './altcha.js'
import { solveHosted } from './hosted.js'

/** Milliseconds after which a browser gives up, and a visitor who was asked to do something. */
const LIMITS = { browser: 30_000, visitor: 300_000 }

/** Solves challenges for an element, which shows under the slot `challenge` what a visitor has to solve. */
export class ChallengeSolver {
  /** The element that the other service's script may fill, in the light DOM, where such scripts find it. */
  readonly holder: HTMLElement

  private readonly host: ReactiveControllerHost & HTMLElement

  constructor(host: ReactiveControllerHost & HTMLElement) {
    this.host = host
    this.holder = document.createElement('div')
    this.holder.slot = 'challenge'
    this.holder.dataset['otpVerify'] = 'challenge'
    this.holder.role = 'group'
    this.holder.tabIndex = -1
  }

  /**
   * Returns what a start carries as its `challenge`.
   *
   * @throws OtpError `challenge_failed` when there is none in the end.
   */
  async solve(
    issued: IssuedChallenge,
    { locale, clock, stop: stopped }: { locale: Locale; clock: Clock; stop: AbortSignal },
  ): Promise<string> {
    const { host, holder } = this
    const hosted = 'type' in issued
    const limit = new AbortController()
    const stop = limit.signal
    const end = () => limit.abort()
    const stopClock = clock.after(LIMITS[hosted ? 'visitor' : 'browser'], end)
    stopped.addEventListener('abort', end)
    try {
      if (!hosted) return await solveAltcha(issued, stop)
      holder.ariaLabel = locale.challenge.visitor
      host.append(holder)
      await host.updateComplete
      stop.throwIfAborted()
      return await solveHosted(issued, { holder, language: locale.language, clock, stop })
    } catch {
      throw new OtpError('challenge_failed')
    } finally {
      stopClock()
      // The focus would be lost with what is removed.
      if (holder.matches(':focus-within')) host.shadowRoot!.querySelector<HTMLElement>('.primary')?.focus()
      holder.remove()
      holder.replaceChildren()
    }
  }
}
