import { expect } from '@open-wc/testing'
import { approved, HANDLE, pending } from './test/fake-server.js'
import {
  INITIAL_STATE,
  supersededBy,
  transition,
  type Action,
  type CodeState,
  type Failure,
  type State,
  type StateName,
} from './state.js'

const NOW = Date.UTC(2026, 0, 1)
const PENDING = pending(NOW)
const PHONE: State = { step: 'phone' }
const CODE: CodeState = { step: 'code', pending: PENDING, lastDigits: '67' }
const OVER: CodeState = { ...CODE, over: true, failure: failure('verification_expired') }
const STATES: Record<string, State> = {
  phone: PHONE,
  'phone after a code that still counts': { step: 'phone', left: CODE },
  'phone after a code that is over': { step: 'phone', left: OVER },
  'sending from phone': { step: 'sending', back: PHONE },
  'sending from code': { step: 'sending', back: CODE },
  'sending, with a challenge': { step: 'sending', back: PHONE, challenge: 'turnstile' },
  code: CODE,
  'code that is over': OVER,
  checking: { step: 'checking', back: CODE },
  verified: {
    step: 'verified',
    token: 't',
    expiresAt: PENDING.expiresAt,
    lastDigits: '67',
    verificationId: PENDING.verificationId,
    refreshAt: NOW,
  },
  expired: { step: 'expired' },
}
const ACTIONS: Record<Action['type'], Action> = {
  start: { type: 'start' },
  resend: { type: 'resend' },
  sent: { type: 'sent', pending: PENDING, lastDigits: '67' },
  check: { type: 'check' },
  approved: { type: 'approved', answer: approved(NOW), refreshes: true },
  refreshed: { type: 'refreshed', answer: approved(NOW) },
  refreshFailed: { type: 'refreshFailed' },
  failed: { type: 'failed', failure: failure('network_error', { retryable: true }), now: NOW },
  edit: { type: 'edit' },
  lapse: { type: 'lapse' },
  changeNumber: { type: 'changeNumber' },
  tokenExpired: { type: 'tokenExpired' },
  resume: { type: 'resume', pending: PENDING, lastDigits: '67' },
  proven: { type: 'proven', verificationId: HANDLE, answer: approved(NOW), refreshes: true },
  returnToCode: { type: 'returnToCode' },
  challenge: { type: 'challenge', setter: 'altcha' },
  reset: { type: 'reset' },
}

/** Every step that follows; an action that is not named changes nothing at all. */
const TABLE: Record<string, Partial<Record<Action['type'], StateName>>> = {
  phone: { start: 'sending', failed: 'phone', resume: 'code', proven: 'verified', reset: 'phone' },
  'phone after a code that still counts': {
    start: 'sending',
    failed: 'phone',
    resume: 'code',
    returnToCode: 'code',
    proven: 'verified',
    reset: 'phone',
  },
  'phone after a code that is over': {
    start: 'sending',
    failed: 'phone',
    resume: 'code',
    proven: 'verified',
    reset: 'phone',
  },
  'sending from phone': { sent: 'code', failed: 'phone', challenge: 'sending', reset: 'phone' },
  'sending from code': { sent: 'code', failed: 'code', challenge: 'sending', reset: 'phone' },
  'sending, with a challenge': { sent: 'code', failed: 'phone', challenge: 'sending', reset: 'phone' },
  code: {
    resend: 'sending',
    check: 'checking',
    failed: 'code',
    lapse: 'code',
    changeNumber: 'phone',
    reset: 'phone',
  },
  'code that is over': { start: 'sending', changeNumber: 'phone', reset: 'phone' },
  checking: { approved: 'verified', failed: 'code', reset: 'phone' },
  verified: { refreshed: 'verified', refreshFailed: 'verified', tokenExpired: 'expired', reset: 'phone' },
  expired: { reset: 'phone' },
}

function failure(code: Failure['code'], more: Partial<Failure> = {}): Failure {
  return { code, retryable: false, ...more }
}

function fail(state: State, what: Failure): State {
  return transition(state, { type: 'failed', failure: what, now: NOW })
}

describe('transition', () => {
  for (const [name, state] of Object.entries(STATES)) {
    for (const [type, action] of Object.entries(ACTIONS)) {
      const expected = TABLE[name]![type as Action['type']]
      it(`${expected ? `leads from ${name} to ${expected}` : `stays in ${name}`} on ${type}`, () => {
        const before = JSON.stringify(state)
        const next = transition(state, action)
        if (expected) expect(next.step).to.equal(expected)
        else expect(next).to.equal(state)
        expect(JSON.stringify(state), 'the state before is left alone').to.equal(before)
      })
    }
  }

  it('begins by asking for the number', () => {
    expect(INITIAL_STATE).to.deep.equal(PHONE)
  })

  it('says who has set a challenge, until it is solved', () => {
    const asked = transition(STATES['sending from phone']!, { type: 'challenge', setter: 'hcaptcha' })
    expect(asked).to.deep.equal({ step: 'sending', back: PHONE, challenge: 'hcaptcha' })
    const solved = transition(asked, { type: 'challenge', setter: undefined })
    expect(solved).to.deep.equal({ step: 'sending', back: PHONE, challenge: undefined })
  })

  it('counts a visitor as refused until the next start, whatever is typed meanwhile (SR-K09)', () => {
    const refused = fail(STATES['sending from phone']!, failure('cannot_send'))
    expect(refused).to.include({ refused: true })
    const edited = transition(refused, { type: 'edit' })
    expect(edited).to.deep.equal({ step: 'phone', refused: true })
    expect(transition(edited, { type: 'start' })).to.deep.equal({ step: 'sending', back: PHONE })
    expect(fail(STATES['sending from phone']!, failure('network_error'))).to.not.have.property('refused')
  })

  it('counts a visitor as refused at the code too, until it is sent again (SR-K09)', () => {
    const refused = fail(STATES['sending from code']!, failure('resends_exhausted'))
    expect(refused).to.include({ refused: true })
    const checking = transition(refused, { type: 'check' })
    expect(checking.step === 'checking' && checking.back).to.include({ refused: true })
    const spent = fail(STATES['checking']!, failure('attempts_exhausted', { attemptsRemaining: 0 }))
    expect(spent).to.include({ refused: true, over: true })
    const again = transition(spent, { type: 'start' })
    expect(again.step === 'sending' && again.back).to.not.have.any.keys('refused', 'failure')
  })

  it('remembers, when the number changes, which verification the next start replaces', () => {
    const back = transition(CODE, { type: 'changeNumber' })
    expect(supersededBy(back)).to.equal(HANDLE)
    expect(supersededBy(fail(transition(back, { type: 'start' }), failure('cannot_send')))).to.equal(HANDLE)
    expect(supersededBy(PHONE)).to.equal(undefined)
  })

  it('goes back to the code that was left as it was, without what went wrong there', () => {
    const wrong = fail(STATES['checking']!, failure('code_incorrect', { attemptsRemaining: 2 }))
    const back = transition(wrong, { type: 'changeNumber' })
    expect(transition(back, { type: 'returnToCode' })).to.deep.equal({
      ...CODE,
      pending: { ...PENDING, attemptsRemaining: 2 },
    })
  })

  it('says of a failure whether it was a check’s', () => {
    const unavailable = failure('provider_unavailable', { retryable: true })
    expect(fail(STATES['checking']!, unavailable)).to.have.nested.property('failure.checking', true)
    expect(fail(STATES['sending from code']!, unavailable)).to.not.have.nested.property('failure.checking')
  })

  it('shows a failure and forgets it with the next edit', () => {
    const failed = fail(PHONE, failure('unknown_site'))
    expect(failed).to.have.nested.property('failure.code', 'unknown_site')
    expect(transition(failed, { type: 'edit' })).to.deep.equal(PHONE)
    expect(transition(fail(CODE, failure('invalid_code')), { type: 'edit' })).to.not.have.property('failure')
  })

  it('keeps saying why a verification is over while the visitor types', () => {
    expect(transition(OVER, { type: 'edit' })).to.equal(OVER)
  })

  it('counts the attempts as the server does', () => {
    const wrong = fail(STATES['checking']!, failure('code_incorrect', { attemptsRemaining: 2 })) as CodeState
    expect(wrong.pending.attemptsRemaining).to.equal(2)
    expect(wrong.over).to.equal(undefined)
    expect(fail(STATES['checking']!, failure('code_incorrect', { attemptsRemaining: 0 }))).to.include({
      over: true,
    })
  })

  for (const code of [
    'attempts_exhausted',
    'verification_expired',
    'verification_not_found',
    'already_verified',
  ] as const) {
    it(`calls the verification over after ${code}, from a check and from a resend`, () => {
      expect(fail(STATES['checking']!, failure(code))).to.include({ step: 'code', over: true })
      expect(fail(STATES['sending from code']!, failure(code))).to.include({ step: 'code', over: true })
    })
  }

  it('offers no further resend once they are exhausted', () => {
    const state = fail(STATES['sending from code']!, failure('resends_exhausted')) as CodeState
    expect(state.pending.resend).to.include({ availableAt: null, remaining: 0 })
    expect(state.over).to.equal(undefined)
  })

  it('moves the next resend when the server says that it is too soon', () => {
    const state = fail(
      STATES['sending from code']!,
      failure('resend_too_soon', { retryAfter: 40 }),
    ) as CodeState
    expect(state.pending.resend.availableAt).to.equal(new Date(NOW + 40_000).toISOString())
  })

  it('keeps a verification that is over in that state when a new code cannot be sent', () => {
    const sending = transition(OVER, { type: 'start' })
    expect(fail(sending, failure('network_error', { retryable: true }))).to.deep.include({
      over: true,
      failure: failure('network_error', { retryable: true }),
    })
  })

  it('keeps two digits of the number that the server confirmed, and the token', () => {
    expect(transition(STATES['checking']!, ACTIONS.approved)).to.deep.equal({
      step: 'verified',
      token: approved(NOW).token,
      expiresAt: approved(NOW).expiresAt,
      lastDigits: '67',
      verificationId: PENDING.verificationId,
      refreshAt: Date.parse(approved(NOW).expiresAt) - 30_000,
    })
  })

  it('asks for no fresh token where the page does not want one, nor once there is none to be had', () => {
    const action: Action = { type: 'approved', answer: approved(NOW), refreshes: false }
    expect(transition(STATES['checking']!, action)).to.not.have.property('refreshAt')
    expect(transition(STATES['verified']!, { type: 'refreshFailed' })).to.not.have.property('refreshAt')
    expect(transition(STATES['verified']!, { type: 'refreshFailed', retryAt: 7 })).to.include({
      refreshAt: 7,
    })
  })
})
