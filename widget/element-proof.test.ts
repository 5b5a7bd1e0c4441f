import { expect } from '@open-wc/testing'
import { answer, approved, callsTo, HANDLE, held, pending, problem } from './test/fake-server.js'
import { mount, type Harness } from './test/harness.js'

const STATUS = '/v1/verifications/status'
const TOKEN = '/v1/verifications/token'
const CHECK = '/v1/verifications/check'
const BOUND = 'action="signup" token-nonce="0123456789abcdef"'
const OTHER = 'action="signup" token-nonce="fedcba9876543210"'

/** The same page, loaded again in the same tab. */
async function reload(page: Harness, attributes = BOUND): Promise<Harness> {
  page.element.remove()
  await page.settle()
  return mount(attributes, { keep: true })
}

/** A page whose number is proven, with a server that gives fresh tokens. */
async function proven(attributes = BOUND): Promise<Harness> {
  const page = await mount(attributes)
  await page.start()
  await page.fill('123456')
  expect(page.state('verified')).to.equal(true)
  serveProof(page)
  return page
}

function serveProof(page: Harness): void {
  const now = page.clock.now()
  answer(STATUS, { json: { ...pending(now), state: 'verified' } })
  answer(TOKEN, () => ({ json: { ...approved(page.clock.now()), token: 'fresh.token.1' } }))
}

describe('<otp-verify> on a page that is loaded again after the proof', () => {
  it('keeps handle and two digits under a digest of the nonce (SR-G13)', async () => {
    await proven()
    const [key] = Object.keys(sessionStorage)
    expect(key).to.match(/^otp-verify:shop:signup:[0-9a-f]{8}$/)
    expect(sessionStorage).to.have.length(1)
    expect(JSON.parse(sessionStorage.getItem(key!)!)).to.deep.equal({
      verificationId: HANDLE,
      lastDigits: '67',
    })
  })

  it('is verified again with a fresh token, and tells the page', async () => {
    const page = await proven()
    const again = await reload(page)
    expect(callsTo(TOKEN)[0]!.body).to.deep.equal({ verificationId: HANDLE })
    expect(again.state('verified')).to.equal(true)
    expect(again.element.value).to.equal('fresh.token.1')
    expect(again.text).to.contain('67')
    expect(again.eventNames).to.include('verified')
    expect(again.phone.value).to.equal('')
    answer(TOKEN, { json: { ...approved(again.clock.now()), token: 'fresh.token.2' } })
    await again.passSeconds(211)
    expect(again.element.value, 'the token goes on being replaced').to.equal('fresh.token.2')
  })

  it('is verified when the reload interrupted the check', async () => {
    const page = await mount(BOUND)
    await page.start()
    answer(CHECK, held({ json: approved(page.clock.now()) }).route)
    await page.fill('123456')
    expect(page.state('checking')).to.equal(true)
    serveProof(page)
    expect((await reload(page)).state('verified')).to.equal(true)
  })

  it('is verified when the interrupted check ends only after the reload', async () => {
    for (const [attributes, state] of [
      [BOUND, 'verified'],
      ['action="signup"', 'code'],
    ] as const) {
      const page = await mount(attributes)
      await page.start()
      const again = await reload(page, attributes)
      expect(again.state('code')).to.equal(true)
      answer(CHECK, problem(409, 'already_verified'))
      serveProof(again)
      await again.fill('123456')
      expect(again.state(state)).to.equal(true)
    }
  })

  it('begins anew under another nonce and without one, and asks nothing', async () => {
    for (const attributes of [OTHER, 'action="signup"']) {
      const again = await reload(await proven(), attributes)
      expect(again.state('phone')).to.equal(true)
      expect(callsTo(STATUS)).to.have.length(0)
    }
  })

  it('does not continue a code under another nonce, and forgets it with the next start', async () => {
    const page = await mount(BOUND)
    await page.start()
    const again = await reload(page, OTHER)
    expect(again.state('phone')).to.equal(true)
    await again.start()
    expect(sessionStorage).to.have.length(1)
    expect((await reload(again, BOUND)).state('phone')).to.equal(true)
  })

  it('begins anew and forgets when the server gives no token', async () => {
    const page = await proven()
    answer(TOKEN, problem(404, 'verification_not_found'))
    const again = await reload(page)
    expect(again.state('phone')).to.equal(true)
    expect(again.message).to.equal('We’ll text you a code.')
    expect(again.eventNames).to.not.include('failed')
    expect(sessionStorage).to.have.length(0)
  })

  it('neither overtakes a visitor who was faster nor forgets the new code, whatever the answer', async () => {
    for (const reply of [{ json: approved(Date.now()) }, problem(404, 'verification_not_found')]) {
      const page = await proven()
      const { route, release } = held(reply)
      answer(TOKEN, route)
      const again = await reload(page)
      await again.passSeconds(2)
      await again.start()
      release()
      await again.settle()
      expect(again.state('code')).to.equal(true)
      expect(sessionStorage).to.have.length(1)
    }
  })

  it('keeps the end of its proof when the token is replaced and when the page is loaded again (SR-G13)', async () => {
    const page = await proven()
    const before = JSON.stringify({ ...sessionStorage })
    await page.passSeconds(211)
    expect(page.element.value).to.equal('fresh.token.1')
    expect(JSON.stringify({ ...sessionStorage })).to.equal(before)
    const again = await reload(page)
    expect(again.state('verified')).to.equal(true)
    expect(JSON.stringify({ ...sessionStorage })).to.equal(before)
  })

  it('forgets the proof when the token has expired for good and when the page resets (SR-G13)', async () => {
    const page = await proven(`${BOUND} refresh-expired="off"`)
    await page.passSeconds(241)
    expect(page.state('expired')).to.equal(true)
    expect(sessionStorage).to.have.length(0)
    const other = await proven()
    expect(sessionStorage).to.have.length(1)
    other.element.reset()
    expect(sessionStorage).to.have.length(0)
  })
})
