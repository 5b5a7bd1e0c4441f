import { PATHS, type SiteConfig, type VerificationPending } from '../../contract/index.js'
import {
  answer,
  approved,
  pending,
  plan,
  problem,
  SERVER,
  site,
  type Reply,
} from '../../widget/test/fake-server.js'

/** The number that visitors of the gallery have. */
export const NUMBER = '2025550123'

/** How numbers like it are written. */
const NORTH_AMERICA = plan({
  trunk: '1',
  allowed: String.raw`\d{10}`,
  refused: '',
  formats: [[String.raw`(\d{3})(\d{3})(\d{4})`, '($1) $2-$3', '[2-9]', '']],
})

/** One call of an element, as it was answered. */
export interface Exchange {
  path: string
  /** Such as `422 invalid_phone_number`. */
  outcome: string
}

type Call = 'site' | 'numbers' | 'start' | 'resend' | 'check' | 'challenge' | 'token'

/** A server of one element's own, behind an address of its own: what it answers is what makes the scene. */
export class SceneServer {
  /** What was asked and answered so far. */
  readonly exchanges: Exchange[] = []
  readonly address: string

  private readonly sitekey: string
  private readonly now: number

  /** @param now its clock, in milliseconds since 1970. */
  constructor(id: string, sitekey: string, now: number) {
    this.address = `${SERVER}/${id}`
    this.sitekey = sitekey
    this.now = now
    this.serves({})
    this.answers('numbers', NORTH_AMERICA)
    this.sends({})
    this.answers('check', approved(now, { phoneNumber: `+1${NUMBER}` }))
    this.refuses('token', 410, 'verification_expired')
  }

  /** The site has this configuration. */
  serves(changes: Partial<SiteConfig>): void {
    this.answers('site', site({ initialCountry: 'US', ...changes }))
  }

  /** Starts and resends succeed: the code is on its way. */
  sends(changes: Partial<VerificationPending>, resend: Partial<VerificationPending['resend']> = {}): void {
    const usual = pending(this.now, changes)
    const json = { ...usual, resend: { ...usual.resend, channels: ['sms'], ...resend } }
    this.answers('start', json, 201)
    this.answers('resend', json)
  }

  /** A call is refused; `more` are members of the problem. */
  refuses(call: Call, status: number, code: string, more: object = {}): void {
    this.exchange(call, `${status} ${code}`, () => Promise.resolve(problem(status, code, more)))
  }

  /** A call is never answered. */
  hangs(call: Call): void {
    this.exchange(call, 'no answer yet', () => new Promise(() => {}))
  }

  /** A call's answer never arrives. */
  loses(call: Call): void {
    this.exchange(call, 'no connection', () => Promise.resolve('lost'))
  }

  /** A call succeeds with this. */
  answers(call: Call, json: object, status = 200): void {
    this.exchange(call, String(status), () => Promise.resolve({ status, json }))
  }

  private exchange(call: Call, outcome: string, reply: () => Promise<Reply>): void {
    const path = this.pathOf(call)
    answer(new URL(this.address).pathname + path, () => {
      this.exchanges.push({ path, outcome })
      return reply()
    })
  }

  private pathOf(call: Call): string {
    const site = `${PATHS.sites}/${this.sitekey}`
    if (call === 'site') return site
    if (call === 'numbers') return `${site}${PATHS.numberingPlans}/1`
    return PATHS[call === 'challenge' ? 'challenges' : call]
  }
}
