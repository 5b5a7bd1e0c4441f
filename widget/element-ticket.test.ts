import { expect } from '@open-wc/testing'
import { answer, callsTo, pending, problem } from './test/fake-server.js'
import { challengeWith } from './test/challenges.js'
import { mount, type Harness } from './test/harness.js'
import { until } from './test/until.js'

const START = '/v1/verifications'

/** A page whose backend signs tickets: `ticket.1`, `ticket.2` and so on. */
async function withTickets(): Promise<Harness & { asked: () => number }> {
  const page = await mount()
  let count = 0
  page.element.ticket = () => Promise.resolve(`ticket.${++count}`)
  return Object.assign(page, { asked: () => count })
}

const sentTickets = () => callsTo(START).map(({ body }) => body['ticket'])

describe('<otp-verify> on a page that has start tickets (SR-E10)', () => {
  it('asks for one when a code is asked for, and not before', async () => {
    const page = await withTickets()
    expect(page.asked()).to.equal(0)
    await page.start()
    expect(sentTickets()).to.deep.equal(['ticket.1'])
    expect(page.state('code')).to.equal(true)
  })

  it('asks for another for another code, and for none where the same one is sent again', async () => {
    const page = await withTickets()
    await page.start()
    await page.passSeconds(31)
    await page.click('Text me again')
    expect(page.asked()).to.equal(1)
    await page.passSeconds(301)
    await page.click('Send a new code')
    expect(sentTickets()).to.deep.equal(['ticket.1', 'ticket.2'])
  })

  it('takes one that is there at once', async () => {
    const page = await mount()
    page.element.ticket = () => 'ticket.0'
    await page.start()
    expect(sentTickets()).to.deep.equal(['ticket.0'])
  })

  it('sends the same one under the same key as long as nobody knows what became of it', async () => {
    const page = await withTickets()
    answer(START, 'lost')
    await page.start()
    await page.passSeconds(1)
    await page.passSeconds(1)
    answer(START, problem(503, 'service_unavailable'), problem(429, 'rate_limited'))
    await page.click('Send code')
    await page.click('Send code')
    expect(new Set(sentTickets())).to.deep.equal(new Set(['ticket.1']))
    expect(new Set(callsTo(START).map(({ key }) => key))).to.have.length(1)
    await page.click('Send code')
    expect(sentTickets().at(-1)).to.equal('ticket.2')
  })

  it('asks for a fresh one once a challenge is solved, which may take longer than a ticket lives', async () => {
    const page = await withTickets()
    answer('/v1/challenges', { json: await challengeWith(3) })
    answer(START, problem(403, 'challenge_required'), problem(403, 'cannot_send'))
    await page.start()
    await until(() => callsTo(START).length === 2)
    expect(sentTickets()).to.deep.equal(['ticket.1', 'ticket.2'])
  })

  it('sends nothing where the page has none to give, and can be tried again', async () => {
    const page = await withTickets()
    const { ticket } = page.element
    page.element.ticket = () => Promise.reject(new TypeError('the session is over'))
    await page.start()
    expect(callsTo(START)).to.deep.equal([])
    expect(page.events.at(-1)).to.deep.include({ type: 'failed' })
    expect(page.events.at(-1)!.detail).to.include({ code: 'internal_error', retryable: true })
    page.element.ticket = ticket
    await page.click('Send code')
    expect(page.state('code')).to.equal(true)
  })

  it('sends nothing that was given up while the page was still looking for one', async () => {
    const page = await mount()
    let give: (ticket: string) => void = () => {}
    page.element.ticket = () => new Promise((resolve) => (give = resolve))
    await page.start()
    page.element.reset()
    give('ticket.1')
    await page.settle()
    expect(callsTo(START)).to.deep.equal([])
    expect(page.state('phone')).to.equal(true)
    page.element.ticket = () => 'ticket.2'
    await page.start()
    expect(sentTickets()).to.deep.equal(['ticket.2'])
  })

  it('asks for another where a resend in between was lost', async () => {
    const page = await withTickets()
    await page.start()
    await page.passSeconds(31)
    answer('/v1/verifications/resend', 'lost')
    await page.click('Text me again')
    await page.passSeconds(1)
    await page.passSeconds(1)
    await page.passSeconds(301)
    await page.click('Send a new code')
    expect(sentTickets()).to.deep.equal(['ticket.1', 'ticket.2'])
  })

  it('asks for another where the one of a lost start is over by now', async () => {
    const page = await withTickets()
    answer(START, 'lost', 'lost', 'lost', problem(403, 'ticket_invalid'), {
      status: 201,
      json: pending(page.clock.now()),
    })
    await page.start()
    await page.passSeconds(1)
    await page.passSeconds(1)
    await page.click('Send code')
    expect(sentTickets().slice(-2)).to.deep.equal(['ticket.1', 'ticket.2'])
    expect(page.state('code')).to.equal(true)
  })

  it('goes without one where the page is silent or has none', async () => {
    const page = await mount()
    page.element.ticket = () => new Promise(() => {})
    await page.start()
    expect(callsTo(START)).to.deep.equal([])
    await page.passSeconds(25)
    expect(sentTickets()).to.deep.equal([undefined])
    page.element.reset()
    page.element.ticket = (() => null) as never
    await page.settle()
    await page.start('912345668')
    expect(callsTo(START)[1]!.body).to.not.have.property('ticket')
  })

  it('takes none from markup', async () => {
    const page = await mount('ticket="ticket.0"')
    await page.start()
    expect(sentTickets()).to.deep.equal([undefined])
  })
})
