import { expect } from '@open-wc/testing'
import { answer, approved, callsTo, HANDLE, held, pending, problem } from './test/fake-server.js'
import { mount, type Harness } from './test/harness.js'

const TOKEN = '/v1/verifications/token'

async function verified(attributes = ''): Promise<Harness> {
  const page = await mount(attributes)
  await page.start()
  await page.fill('123456')
  expect(page.state('verified')).to.equal(true)
  return page
}

/** Answers with a token of its own each time, which lives as long as the first. */
function serveFreshTokens(page: Harness): void {
  let count = 0
  answer(TOKEN, () => ({ json: { ...approved(page.clock.now()), token: `fresh.token.${++count}` } }))
}

/** Has the browser say meanwhile that there is no network. */
async function offline(meanwhile: () => Promise<void>): Promise<void> {
  Object.defineProperty(navigator, 'onLine', { configurable: true, value: false })
  try {
    await meanwhile()
  } finally {
    Reflect.deleteProperty(navigator, 'onLine')
  }
}

describe('<otp-verify> on a long form', () => {
  it('replaces its token before it ends, without a second message, and tells the page', async () => {
    const page = await verified()
    serveFreshTokens(page)
    const sent = callsTo('/v1/verifications').length
    await page.passSeconds(211)
    expect(page.element.value).to.equal('fresh.token.1')
    expect(callsTo(TOKEN)[0]!.body).to.deep.equal({ verificationId: HANDLE })
    await page.passSeconds(211)
    expect(page.element.value).to.equal('fresh.token.2')
    expect(page.state('verified')).to.equal(true)
    expect(callsTo('/v1/verifications')).to.have.length(sent)
    const tokens = page.events.filter(({ type }) => type === 'verified').map(({ detail }) => detail['token'])
    expect(tokens.slice(1)).to.deep.equal(['fresh.token.1', 'fresh.token.2'])
  })

  it('lets the token end when the server has no fresh one, and asks once', async () => {
    const page = await verified()
    answer(TOKEN, problem(410, 'verification_expired'))
    await page.passSeconds(211)
    expect(page.state('verified')).to.equal(true)
    await page.passSeconds(30)
    expect(page.state('expired')).to.equal(true)
    expect(page.element.value).to.equal('')
    expect(callsTo(TOKEN)).to.have.length(1)
    expect(page.eventNames.filter((name) => name === 'verified')).to.have.length(1)
  })

  it('asks again while the token lives when the answer was refused for the moment', async () => {
    const page = await verified()
    answer(TOKEN, problem(503, 'service_unavailable', { retryAfter: 5 }), {
      json: { ...approved(page.clock.now() + 600_000), token: 'fresh.token.1' },
    })
    await page.passSeconds(211)
    expect(page.element.value).to.equal(approved(0).token)
    await page.passSeconds(6)
    expect(page.element.value).to.equal('fresh.token.1')
  })

  it('tries once more soon after the machine has slept for longer than the token lives, which timers do not notice', async () => {
    const page = await verified()
    serveFreshTokens(page)
    page.clock.sleep(900)
    await page.passSeconds(10)
    expect(page.element.value).to.equal('fresh.token.1')
    expect(page.eventNames).to.not.include('expired')
    expect(page.state('verified')).to.equal(true)
  })

  it('waits for a network before it gives the proof up', async () => {
    const page = await verified()
    answer(TOKEN, 'lost')
    await offline(async () => {
      page.clock.sleep(600)
      await page.passSeconds(60)
      expect(page.state('verified')).to.equal(true)
      expect(callsTo(TOKEN).length).to.be.within(1, 13)
      expect(page.clock.waiting, 'its own timer, and that between two tries of a call').to.be.at.most(2)
      serveFreshTokens(page)
    })
    await page.passSeconds(5)
    expect(page.element.value).to.equal('fresh.token.1')
  })

  it('waits for a network that is away for longer than a call is tried', async () => {
    const page = await verified()
    answer(TOKEN, 'lost')
    await offline(async () => {
      page.clock.sleep(600)
      for (let second = 0; second < 60; second++) await page.passSeconds(1)
      expect(page.state('verified')).to.equal(true)
      // Three tries make a call, which is made again five seconds after the last.
      expect(callsTo(TOKEN).length).to.be.within(15, 30)
      expect(page.clock.waiting).to.be.at.most(2)
      serveFreshTokens(page)
    })
    for (let second = 0; second < 5; second++) await page.passSeconds(1)
    expect(page.element.value).to.equal('fresh.token.1')
  })

  it('replaces its token all the same where the browser is wrong about having no network', async () => {
    const page = await verified()
    serveFreshTokens(page)
    await offline(() => page.passSeconds(211))
    expect(page.element.value).to.equal('fresh.token.1')
  })

  it('ends without a network where no fresh one is wanted', async () => {
    const page = await verified('refresh-expired="off"')
    await offline(() => page.passSeconds(241))
    expect(page.state('expired')).to.equal(true)
    expect(page.element.value).to.equal('')
  })

  it('asks for nothing with refresh-expired="off"', async () => {
    const page = await verified('refresh-expired="off"')
    serveFreshTokens(page)
    await page.passSeconds(241)
    expect(page.state('expired')).to.equal(true)
    expect(callsTo(TOKEN)).to.have.length(0)
  })

  it('drops a fresh token that arrives after a reset', async () => {
    const page = await verified()
    const late = held({ json: { ...approved(page.clock.now()), token: 'late.token' } })
    answer(TOKEN, late.route)
    await page.passSeconds(211)
    page.element.reset()
    late.release()
    await page.settle()
    expect(page.element.value).to.equal('')
    expect(page.state('phone')).to.equal(true)
  })

  it('keeps the token of the number that was verified since, whatever arrives for the one before', async () => {
    const page = await verified()
    const late = held({ json: { ...approved(page.clock.now() + 600_000), token: 'late.token' } })
    answer(TOKEN, late.route)
    await page.passSeconds(211)
    page.element.reset()
    await page.settle()
    const now = page.clock.now()
    answer('/v1/verifications', { status: 201, json: pending(now) })
    answer('/v1/verifications/check', { json: approved(now, { token: 'second.token' }) })
    await page.start()
    await page.fill('123456')
    expect(page.element.value).to.equal('second.token')
    late.release()
    await page.settle()
    expect(callsTo(TOKEN)).to.have.length(1)
    expect(page.element.value).to.equal('second.token')
  })
})
