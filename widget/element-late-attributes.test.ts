import { expect } from '@open-wc/testing'
import { answer, approved, callsTo, HANDLE, held, pending } from './test/fake-server.js'
import { mount, type, type Harness } from './test/harness.js'

const STATUS = '/v1/verifications/status'
const TOKEN = '/v1/verifications/token'
const NONCE = 'session-0123456789'

/** The page of a visitor who was asked for a code under `attributes`, loaded again with `again`, as a framework inserts it. */
async function reloaded(attributes: string, again: string): Promise<Harness> {
  const page = await mount(attributes)
  await page.start()
  page.element.remove()
  await page.settle()
  return mount(again, { keep: true })
}

/** What a framework does that sets what it binds in a later task. */
async function sessionArrives(page: Harness, nonce = NONCE): Promise<void> {
  page.element.tokenNonce = nonce
  await page.settle()
}

describe('<otp-verify> whose nonce or purpose arrives once it is in the page', () => {
  it('goes on where it was, and asks once', async () => {
    const page = await reloaded(`action="signup" token-nonce="${NONCE}"`, 'action="signup"')
    expect([page.state('phone'), callsTo(STATUS).length]).to.deep.equal([true, 0])
    await sessionArrives(page)
    expect(page.state('code')).to.equal(true)
    expect(callsTo(STATUS).map(({ body }) => body)).to.deep.equal([{ verificationId: HANDLE }])
    expect(callsTo('/v1/sites/shop'), 'the site was asked for by each page once').to.have.length(2)
    await page.fill('123456')
    expect(page.state('verified')).to.equal(true)
  })

  it('goes on, too, with a number that is verified', async () => {
    const before = await mount(`action="signup" token-nonce="${NONCE}"`)
    await before.start()
    await before.fill('123456')
    before.element.remove()
    answer(STATUS, { json: { ...pending(before.clock.now()), state: 'verified' } })
    answer(TOKEN, { json: approved(before.clock.now()) })
    const page = await mount('action="signup"', { keep: true })
    await sessionArrives(page)
    expect(page.state('verified')).to.equal(true)
  })

  it('goes on when the purpose, and the number that the page fixes, come late', async () => {
    const attributes = 'action="signup" phone="+385912345667" readonly-phone'
    const page = await reloaded(attributes, 'readonly-phone')
    page.element.action = 'signup'
    page.element.phone = '+385912345667'
    await page.settle()
    expect([page.state('code'), callsTo(STATUS).length]).to.deep.equal([true, 1])
  })

  it('does not, once the visitor has begun to type', async () => {
    const page = await reloaded(`token-nonce="${NONCE}"`, '')
    page.phone.focus()
    await type('91')
    await sessionArrives(page)
    expect([page.state('phone'), page.phone.value]).to.deep.equal([true, '91'])
    expect(callsTo(STATUS)).to.have.length(0)
  })

  it('does not, where something is verified under another nonce (SR-G13)', async () => {
    const page = await mount(`token-nonce="${NONCE}"`)
    await page.start()
    await page.fill('123456')
    await sessionArrives(page, 'another-0123456789')
    await sessionArrives(page)
    expect([page.state('phone'), page.element.value, callsTo(STATUS).length]).to.deep.equal([true, '', 0])
  })

  it('asks once where it is put back with a nonce, and where it has asked for it already', async () => {
    const page = await reloaded('', '')
    expect(callsTo(STATUS)).to.have.length(1)
    const { parentElement } = page.element
    page.element.remove()
    await page.settle()
    page.element.action = 'signup'
    sessionStorage.setItem('otp-verify:shop:signup:', sessionStorage.getItem('otp-verify:shop::')!)
    parentElement!.append(page.element)
    await page.settle()
    expect([page.state('code'), callsTo(STATUS).length]).to.deep.equal([true, 2])
  })

  it('takes no answer for a session that has become another meanwhile', async () => {
    const page = await reloaded(`token-nonce="${NONCE}"`, '')
    const { route, release } = held({ json: { ...pending(page.clock.now()), state: 'sent' } })
    answer(STATUS, route)
    await sessionArrives(page)
    await sessionArrives(page, 'another-0123456789')
    release()
    await page.settle()
    expect([page.state('phone'), callsTo(STATUS).length]).to.deep.equal([true, 1])
  })

  it('leaves the visitor in the field that nothing was typed into yet, and takes it away no more once something is', async () => {
    const page = await reloaded(`token-nonce="${NONCE}"`, '')
    const { route, release } = held({ json: { ...pending(page.clock.now()), state: 'sent' } })
    answer(STATUS, route)
    page.phone.focus()
    await sessionArrives(page)
    expect(document.activeElement === page.phone).to.equal(true)
    await type('9123')
    release()
    await page.settle()
    expect([page.state('phone'), page.phone.value]).to.deep.equal([true, '9123'])
  })

  it('goes on with the number that the page fixes, when that alone comes late', async () => {
    const attributes = 'action="signup" phone="+385912345667" readonly-phone'
    const page = await reloaded(attributes, 'action="signup" readonly-phone')
    expect([page.state('phone'), callsTo(STATUS).length]).to.deep.equal([true, 0])
    page.element.phone = '+385912345667'
    await page.settle()
    expect([page.state('code'), callsTo(STATUS).length]).to.deep.equal([true, 1])
  })

  it('does not go on with another number than the one that is fixed a moment later', async () => {
    const page = await reloaded('action="signup"', 'action="signup" phone="+385912345699"')
    expect(page.state('code')).to.equal(true)
    page.element.readonlyPhone = true
    await page.settle()
    expect(page.state('phone')).to.equal(true)
  })

  it('goes on in another life, whatever was typed in the last', async () => {
    const page = await reloaded(`token-nonce="${NONCE}"`, '')
    page.phone.focus()
    await type('91')
    const { parentElement } = page.element
    page.element.remove()
    await page.settle()
    parentElement!.append(page.element)
    await sessionArrives(page)
    expect([page.state('code'), callsTo(STATUS).length]).to.deep.equal([true, 1])
  })
})
