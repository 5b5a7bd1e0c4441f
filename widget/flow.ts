import type { Channel, SiteConfig, StartRequest } from '../contract/index.js'
import { ChallengedCalls } from './challenge/challenged-calls.js'
import { failureIn } from './changes.js'
import { createClient, type Client } from './client.js'
import { passed } from './clock.js'
import { isOver, isRefreshDue, refreshRetry, RESUME_PATIENCE, untilNextTick } from './countdown.js'
import { OtpError } from './failure.js'
import type { FlowHost, FlowSettings } from './flow-host.js'
import type { Numbering } from './numbering.js'
import { goOnWith } from './resumed.js'
import { isForSame, isOf, remember, savedPlace, type SavedPlace } from './saved.js'
import {
  INITIAL_STATE,
  supersededBy,
  transition,
  type Action,
  type PhoneState,
  type State,
  type VerifiedState,
} from './state.js'

type Call = (client: Client, stop: AbortSignal) => Promise<(() => void) | undefined>

/** Carries out what the visitor asks for: calls the server, keeps the state, watches the clock. */
export class Flow {
  state: State = INITIAL_STATE
  /** The site's configuration, once it has arrived. */
  site: SiteConfig | undefined
  /** A reloaded page is asking how its verification stands. */
  resuming = false
  private client: Client | undefined
  private loading: Promise<SiteConfig | undefined> | undefined
  /** What the page asked for when something to continue was last looked for. */
  private sought: FlowSettings | undefined
  /** What the verification of this life was started with; unknown after a reload. */
  private request: StartRequest | undefined
  /** Where that verification is kept; decided at its start, whatever the page says later. */
  private place: SavedPlace | undefined
  /** Answers to calls of an earlier life are dropped, and its work is stopped: there is none without a client. */
  private life = new AbortController()
  private stopClock = () => {}
  /** The state whose token is being replaced, and the one whose token waits meanwhile for a network that was lost. */
  private refreshing: State | undefined
  private spared: State | undefined
  /** The code to check once a resend has ended. */
  private due: string | undefined
  private readonly challenged: ChallengedCalls
  private readonly host: FlowHost

  constructor(host: FlowHost) {
    this.host = host
    this.challenged = new ChallengedCalls(host, (setter) => this.dispatch({ type: 'challenge', setter }))
  }

  private get settings(): FlowSettings {
    return this.host.settings()
  }

  /** The server's clock, in milliseconds since 1970; 0 before `open()`, when nothing has a time yet. */
  get now(): number {
    return this.client?.now() ?? 0
  }

  /** Begins: loads the site and continues a verification that a reload interrupted. */
  open(): void {
    this.close()
    const { server, clock, request } = this.settings
    if (!server || !request.sitekey) return
    this.client = createClient({ server, now: () => clock.now(), sleep: (pause) => passed(clock, pause) })
    void this.load()
    void this.resume()
  }

  /** Forgets what it knows, in silence; a reloaded page still continues. */
  close(): void {
    this.endLife()
    this.stopClock()
    this.state = INITIAL_STATE
    this.request = this.place = undefined
    this.client = this.site = this.loading = this.sought = undefined
  }

  /** Stops the clock while the element is being moved. */
  pause(): void {
    this.stopClock()
  }

  /** Goes on after `pause()`. */
  tick(): void {
    const { state } = this
    if (state.step === 'verified' && this.refreshing !== state && isRefreshDue(state, this.now))
      void this.refresh(state)
    else if (isOver(state, this.now)) {
      // Without a network nobody can take a token either: a laptop that wakes is soon back.
      if (this.refreshing === state && (this.spared === state || !navigator.onLine)) this.spared = state
      else if (state.step === 'verified') this.dispatch({ type: 'tokenExpired' })
      else if (this.dispatch({ type: 'lapse' }))
        this.host.handleFailure({ code: 'verification_expired', retryable: false })
    }
    this.schedule()
    this.host.requestUpdate()
  }

  /** How the numbers behind a calling code (without `+`) are written, if the server says. */
  async numbering(callingCode: string): Promise<Numbering | undefined> {
    return this.client?.numbering(this.settings.request.sitekey, callingCode).catch(() => undefined)
  }

  /** Sends a code to the number in the fields, or to the same number again once its verification is over. */
  async start(): Promise<void> {
    const { host, state, site: seen } = this
    if (state.step === 'code' && !this.request) return this.changeNumber()
    const refusal = state.step === 'phone' && seen ? host.entered().refusal : undefined
    if (refusal) return this.fail(new OtpError(refusal))
    if (state.step === 'phone' && this.isStillOnItsWay(state) && this.dispatch({ type: 'returnToCode' }))
      return
    if (!this.dispatch({ type: 'start' })) return
    await this.attempt(async (client, stop) => {
      if (!(await this.load())) return
      const phoneNumber = state.step === 'code' ? this.request?.phoneNumber : host.entered().number
      if (!phoneNumber || (!seen && host.entered().isGuess)) throw new OtpError('invalid_phone_number')
      const { settings } = this
      const request = { ...settings.request, phoneNumber }
      const body = { ...request, supersedes: supersededBy(state) }
      const pending = await this.challenged.make(client.start, body, { client, request, stop })
      return () => {
        this.place?.forget()
        this.request = request
        // A reloaded page would have another key, and could do nothing with the handle.
        this.place = settings.resumes && !this.site?.senderConstraint ? savedPlace(request) : undefined
        this.dispatch({ type: 'sent', pending, lastDigits: phoneNumber.slice(-2) })
      }
    })
  }

  /** Sends the code again. */
  async resend(channel: Channel): Promise<void> {
    const { life, state } = this
    if (state.step !== 'code' || !this.dispatch({ type: 'resend' })) return
    this.due = undefined
    await this.attempt(async (client, stop) => {
      const { request = this.settings.request } = this
      const body = { verificationId: state.pending.verificationId, channel }
      const sent = await this.challenged.make(client.resend, body, { client, request, stop })
      return () => this.dispatch({ type: 'sent', pending: sent, lastDigits: state.lastDigits })
    })
    if (life === this.life && this.due) await this.check(this.due)
  }

  /** Checks a code; where it is being sent again, as soon as that has ended. */
  async check(code: string | undefined): Promise<void> {
    const { state } = this
    this.due = code
    if (state.step !== 'code' || state.over) return
    if (code === undefined) return this.fail(new OtpError('invalid_code'))
    this.dispatch({ type: 'check' })
    await this.attempt(async (client, stop) => {
      const { verificationId } = state.pending
      const answer = await client.check({ verificationId, code }, stop).catch((error: OtpError) => {
        // The check that a reload interrupted may have had the right code.
        if (error.code !== 'already_verified' || !this.place?.bound) throw error
        return client.token({ verificationId })
      })
      return () => {
        this.request = undefined
        this.dispatch({ type: 'approved', answer, refreshes: this.settings.refreshes })
      }
    })
  }

  /** Goes back to the number; a start with another one replaces this verification. */
  changeNumber(): void {
    this.dispatch({ type: 'changeNumber' })
  }

  /** The visitor is at a field: what was wrong need not be said any longer, and settings that were lost may come now. */
  edit(): void {
    if (navigator.onLine) void this.load()
    this.due = undefined
    this.dispatch({ type: 'edit' })
  }

  /** Begins anew; answers that are still under way change nothing. */
  reset(): void {
    // Also of what a reloaded page could not ask about yet.
    ;(this.place ?? savedPlace(this.settings.request)).forget()
    this.endLife()
    this.dispatch({ type: 'reset' })
    this.request = this.place = undefined
  }

  private endLife(): void {
    if (this.client) this.life.abort()
    this.life = new AbortController()
    this.resuming = false
  }

  /** Whether the visitor asks for the very code that is already there: that must not buy another message. */
  private isStillOnItsWay({ left }: PhoneState): boolean {
    const asked = { ...this.settings.request, phoneNumber: this.host.entered().number }
    const same = this.challenged.intent(asked) === this.challenged.intent(this.request)
    return same && left !== undefined && !isOver(left, this.now)
  }

  private async load(): Promise<SiteConfig | undefined> {
    return this.site ?? (this.client && (this.loading ??= this.fetchSite(this.client)))
  }

  private async fetchSite(client: Client): Promise<SiteConfig | undefined> {
    try {
      const site = await client.site(this.settings.request.sitekey)
      if (client !== this.client) return undefined
      this.site = site
      this.host.handleSite()
      return site
    } catch (error) {
      if (client !== this.client) return undefined
      this.loading = undefined
      // A verification that continues after a reload needs nothing more from its site.
      if ((this.state.step === 'sending' ? this.state.back : this.state).step === 'phone') this.fail(error)
      return undefined
    }
  }

  /** Continues what a reload interrupted; also where a framework says whom and what it is for in a later task. */
  async resume(): Promise<void> {
    const { client, life, sought, settings: asked } = this
    if (!client || asked.fixedNumber === '' || (sought && isForSame(asked, sought))) return
    this.sought = asked
    const place = savedPlace(asked.request)
    const saved = asked.resumes && place.recall()
    if (!saved) return
    if (!isOf(saved.lastDigits, asked.fixedNumber)) return place.forget()
    const isAwaited = () =>
      life === this.life && this.state.step === 'phone' && isForSame(asked, this.settings)
    const reveal = () => {
      this.resuming = false
      this.host.requestUpdate()
    }
    this.resuming = true
    const stopPatience = asked.clock.after(RESUME_PATIENCE, reveal)
    try {
      const action = await goOnWith(saved, client, { ...this.settings, bound: place.bound })
      if (!isAwaited() || (sought && this.host.entered().touched)) return
      this.place = place
      if (action) this.dispatch(action)
      else place.forget()
    } catch (error) {
      if (isAwaited() && !(error as OtpError).retryable) place.forget()
    } finally {
      stopPatience()
      if (life === this.life) reveal()
    }
  }

  /** Replaces the token while its proof is fresh; if that fails, the token simply expires. */
  private async refresh(state: VerifiedState): Promise<void> {
    if (!this.client) return
    this.refreshing = state
    const action = await this.client.token({ verificationId: state.verificationId }).then(
      (answer): Action => ({ type: 'refreshed', answer }),
      (error: OtpError): Action => ({ type: 'refreshFailed', retryAt: refreshRetry(state, error, this.now) }),
    )
    if (this.state === state) this.dispatch(action)
  }

  /** Makes a call and, unless the visitor has begun anew meanwhile, carries out what follows from the answer. */
  private async attempt(call: Call): Promise<void> {
    const { life } = this
    try {
      if (!this.client) throw new OtpError(this.settings.server ? 'unknown_site' : 'service_unavailable')
      const settle = await call(this.client, life.signal)
      if (life === this.life) settle?.()
    } catch (error) {
      if (life === this.life) this.fail(error)
    }
  }

  private fail(error: unknown): void {
    const failure = error instanceof OtpError ? error : new OtpError('internal_error')
    if (this.dispatch({ type: 'failed', failure, now: this.now }))
      this.host.handleFailure(failureIn(this.state) ?? failure)
  }

  private dispatch(action: Action): boolean {
    const previous = this.state
    this.state = transition(previous, action)
    if (this.state === previous) return false
    if (this.place) remember(this.place, this.state, previous)
    this.schedule()
    this.host.handleState(this.state, previous)
    return true
  }

  private schedule(wait = untilNextTick(this.state, this.now, this.refreshing === this.state)): void {
    this.stopClock()
    if (wait !== undefined) this.stopClock = this.settings.clock.after(wait, () => this.tick())
  }
}
