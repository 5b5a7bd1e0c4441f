import { expect } from '@open-wc/testing'
import { answer, callsTo, HANDLE, held, pending, problem } from './test/fake-server.js'
import { challengeWith, endlessChallenge, isSolution } from './test/challenges.js'
import { mount, type, type Harness } from './test/harness.js'
import { removeWorkers, watchWorkers, workers } from './test/watched-workers.js'
import { ar } from './locales/ar.js'
import { en } from './locales/en.js'
import { until } from './test/until.js'

const START = '/v1/verifications'
const RESEND = '/v1/verifications/resend'
const CHALLENGES = '/v1/challenges'
const REQUIRED = problem(403, 'challenge_required')

/** The visitor presses the button; the server wants a challenge to be solved and then takes the start. */
async function startChallenged(page: Harness): Promise<void> {
  answer(START, REQUIRED, { status: 201, json: pending(page.clock.now()) })
  answer(CHALLENGES, { json: await challengeWith(30) })
  await page.start()
  await until(() => page.state('code'))
}

/** The visitor presses the button and the browser works without an end. */
async function startEndless(page: Harness): Promise<void> {
  answer(START, REQUIRED)
  answer(CHALLENGES, { json: await endlessChallenge() })
  await page.start()
  await until(() => workers.made === 1)
  await page.settle()
}

beforeEach(() => watchWorkers())

describe('<otp-verify> where a challenge has to be solved', () => {
  it('solves it without the visitor and makes the same call with the solution, as a new intent (SR-K14)', async () => {
    const page = await mount('action="signup"')
    await startChallenged(page)
    const [first, second, ...more] = callsTo(START)
    expect(more).to.deep.equal([])
    const { challenge, ...rest } = second!.body
    expect(rest).to.deep.equal(first!.body)
    expect(await isSolution(challenge)).to.equal(true)
    expect(second!.key).to.not.equal(first!.key)
    expect(callsTo(CHALLENGES).map(({ body }) => body)).to.deep.equal([
      { sitekey: 'shop', phoneNumber: '+385912345667', action: 'signup' },
    ])
    expect(page.eventNames).to.deep.equal(['ready', 'statechange', 'statechange', 'sent'])
  })

  for (const { lang, words } of [
    { lang: 'en', words: en },
    { lang: 'ar', words: ar },
  ]) {
    it(`says so under the field and to screen readers while it works, in ${lang} (SR-K15)`, async () => {
      const page = await mount('', { lang })
      answer(START, REQUIRED)
      answer(CHALLENGES, { json: await endlessChallenge() })
      page.phone.value = '912345667'
      await page.click(words.send)
      await until(() => workers.made === 1)
      await page.settle()
      expect(page.state('sending')).to.equal(true)
      expect(page.message).to.equal(words.challenge.browser)
      expect(page.live).to.equal(words.challenge.browser)
      page.element.reset()
    })
  }

  for (const [where, prepare] of [
    ['in a worker', watchWorkers],
    ['where there are no workers', removeWorkers],
  ] as const) {
    it(`lets the visitor go on in the page while it works ${where} (SR-K15)`, async () => {
      prepare()
      const page = await mount()
      const elsewhere = document.createElement('input')
      page.element.before(elsewhere)
      answer(START, REQUIRED)
      answer(CHALLENGES, { json: await endlessChallenge() })
      await page.start()
      await until(() => page.message === en.challenge.browser)
      elsewhere.focus()
      await type('Ada')
      expect(elsewhere.value).to.equal('Ada')
      expect(page.message, 'it still works').to.equal(en.challenge.browser)
      page.element.reset()
    })
  }

  it('leaves the focus where it is while the browser works', async () => {
    const page = await mount()
    page.button('Send code').focus()
    await startEndless(page)
    expect(page.shadow.activeElement).to.equal(page.button('Sending'))
    page.element.reset()
  })

  it('stops the work when the visitor begins anew, and when the element is removed', async () => {
    const page = await mount()
    await startEndless(page)
    page.element.reset()
    await page.settle()
    expect(workers).to.deep.equal({ made: 1, ended: 1 })
    expect(page.state('phone')).to.equal(true)
    expect(page.message).to.equal(en.phoneHint.sms)

    watchWorkers()
    await startEndless(page)
    page.element.remove()
    await until(() => workers.ended === 1)
    expect(callsTo(START)).to.have.length(2)
  })

  it('drops a challenge that arrives after the visitor has begun anew', async () => {
    const page = await mount()
    const { route, release } = held({ json: await challengeWith(3) })
    answer(START, REQUIRED)
    answer(CHALLENGES, route)
    await page.start()
    page.element.reset()
    release()
    await page.settle()
    expect(workers.made).to.equal(0)
    expect(page.state('phone')).to.equal(true)
    expect(callsTo(START)).to.have.length(1)
    expect(page.eventNames).to.not.include('failed')
  })

  it('gives up after half a minute, and the visitor may try again', async () => {
    const page = await mount()
    await startEndless(page)
    await page.passSeconds(29)
    expect(page.state('sending')).to.equal(true)
    await page.passSeconds(1)
    expect(page.message).to.equal(en.errors.challenge_failed)
    expect(workers.ended).to.equal(1)
    await startChallenged(page)
  })

  for (const code of ['challenge_required', 'challenge_failed']) {
    it(`shows ${code} for a solution, asks for no second challenge, and lets the visitor try again`, async () => {
      const page = await mount()
      answer(START, REQUIRED, problem(403, code))
      answer(CHALLENGES, { json: await challengeWith(3) })
      await page.start()
      await until(() => page.state('phone'))
      expect(page.message).to.equal(en.errors[code as 'challenge_failed'])
      expect(callsTo(START)).to.have.length(2)
      await startChallenged(page)
      expect(callsTo(CHALLENGES)).to.have.length(2)
    })
  }

  it('shows why there is no challenge', async () => {
    const page = await mount()
    answer(START, REQUIRED)
    answer(CHALLENGES, problem(429, 'rate_limited', { retryAfter: 60 }))
    await page.start()
    expect(page.message).to.contain(en.errors.rate_limited).and.contain('60 seconds')
    expect(callsTo(START)).to.have.length(1)
  })

  it('begins no work that is too much for a page', async () => {
    const page = await mount()
    const challenge = await challengeWith(3)
    answer(START, REQUIRED)
    answer(CHALLENGES, { json: { ...challenge, parameters: { ...challenge.parameters, cost: 1e9 } } })
    await page.start()
    expect(page.state('phone')).to.equal(true)
    expect(workers.made).to.equal(0)
  })

  it('carries the same solution, as the same intent, when the answer to it was lost', async () => {
    const page = await mount()
    answer(START, REQUIRED, 'lost')
    answer(CHALLENGES, { json: await challengeWith(3) })
    await page.start()
    await until(() => callsTo(START).length === 2)
    for (let retry = 0; retry < 2; retry++) await page.passSeconds(1)
    expect(page.message).to.equal(en.errors.network_error)
    answer(START, { status: 201, json: pending(page.clock.now()) })
    await page.click('Send code')
    expect(page.state('code')).to.equal(true)
    const keys = callsTo(START).map(({ key, body }) => `${key} ${String(body['challenge'])}`)
    expect(keys).to.have.length(5)
    expect(new Set(keys.slice(1)).size).to.equal(1)
    expect(callsTo(CHALLENGES)).to.have.length(1)
  })

  it('carries the same solution, as the same intent, when a proxy answered for the server', async () => {
    const page = await mount()
    answer(START, REQUIRED, { status: 502, text: '<h1>Bad Gateway</h1>' })
    answer(CHALLENGES, { json: await challengeWith(3) })
    await page.start()
    await until(() => callsTo(START).length === 2)
    await page.settle()
    await page.click('Send code')
    const [, lost, again] = callsTo(START).map(({ key, body }) => `${key} ${String(body['challenge'])}`)
    expect(again).to.equal(lost)
    expect(callsTo(CHALLENGES)).to.have.length(1)
  })

  it('solves another one when the kept solution has grown too old meanwhile', async () => {
    const page = await mount()
    answer(START, REQUIRED, 'lost', 'lost', 'lost', problem(403, 'challenge_failed'), {
      status: 201,
      json: pending(page.clock.now()),
    })
    answer(CHALLENGES, { json: await challengeWith(3) }, { json: await challengeWith(4) })
    await page.start()
    await until(() => callsTo(START).length === 2)
    for (let retry = 0; retry < 2; retry++) await page.passSeconds(1)
    await page.click('Send code')
    await until(() => page.state('code'))
    expect(callsTo(CHALLENGES)).to.have.length(2)
  })

  it('solves one for a resend too, for the number and the action of the start', async () => {
    const page = await mount('action="signup"')
    await page.start()
    await page.passSeconds(30)
    answer(RESEND, REQUIRED, { json: pending(page.clock.now(), { attemptsRemaining: 3 }) })
    answer(CHALLENGES, { json: await challengeWith(30) })
    await page.click('Text me again')
    await until(() => page.state('code'))
    const [first, second] = callsTo(RESEND)
    expect(first!.body).to.deep.equal({ verificationId: HANDLE, channel: 'sms' })
    expect(second!.body).to.deep.include(first!.body)
    expect(await isSolution(second!.body['challenge'])).to.equal(true)
    expect(callsTo(CHALLENGES)[0]!.body).to.deep.equal({
      sitekey: 'shop',
      phoneNumber: '+385912345667',
      action: 'signup',
    })
  })

  it('sends the visitor back to the number where a reloaded page no longer knows it', async () => {
    const first = await mount()
    await first.start()
    first.element.remove()
    const page = await mount('', { keep: true })
    await page.passSeconds(31)
    answer(RESEND, REQUIRED)
    await page.click('Text me again')
    expect(page.message).to.equal(en.errors.challenge_required)
    expect(callsTo(CHALLENGES)).to.have.length(0)
    await page.click('Change number')
    await startChallenged(page)
  })
})
