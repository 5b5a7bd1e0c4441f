import { expect } from '@open-wc/testing'
import { answer, calls, callsTo, held, site } from './test/fake-server.js'
import { mount, press, type, type Harness } from './test/harness.js'

const START = '/v1/verifications'

/** A page whose visitor sends a number before its site, which begins with that country, has arrived. */
async function faster(number: string, initialCountry: string | null): Promise<Harness> {
  const first = await mount()
  const { route, release } = held({ json: site({ initialCountry }) })
  answer('/v1/sites', route)
  const page = await mount('', { keep: true })
  await page.start(number)
  expect(page.state('sending')).to.equal(true)
  release()
  await page.settle()
  expect(first.state('phone'), 'another element of the page').to.equal(true)
  return page
}

describe('<otp-verify> whose visitor is faster than its site', () => {
  it('waits for the site when the visitor is faster, and puts the right calling code before the number', async () => {
    await faster('2079460958', 'GB')
    expect(callsTo(START).map(({ body }) => body['phoneNumber'])).to.deep.equal(['+442079460958'])
  })

  it('shows a faster visitor the country that it guesses before anything is sent there', async () => {
    const page = await faster('2079460958', null)
    expect(page.state('phone')).to.equal(true)
    expect(page.message).to.equal('Enter a valid phone number.')
    expect(callsTo(START)).to.have.length(0)
    await page.start()
    expect(page.state('code')).to.equal(true)
  })

  it('sends to a faster visitor whose number says its country', async () => {
    await faster('+12025550123', null)
    expect(callsTo(START).map(({ body }) => body['phoneNumber'])).to.deep.equal(['+12025550123'])
  })

  it('asks again while the visitor types for settings that were lost, but not without a network', async () => {
    const page = await mount('', { before: () => answer('/v1/sites', 'lost') })
    const asked = () => calls.filter(({ path }) => path === '/v1/sites/shop').length
    await page.passSeconds(1)
    await page.passSeconds(1)
    expect([asked(), page.message]).to.deep.equal([3, 'No connection. Check your internet and try again.'])
    answer('/v1/sites', { json: site({ initialCountry: null }) })
    page.phone.focus()
    Object.defineProperty(navigator, 'onLine', { configurable: true, value: false })
    try {
      await type('2')
      await page.settle()
    } finally {
      Reflect.deleteProperty(navigator, 'onLine')
    }
    expect(asked()).to.equal(3)
    await type('025550123')
    await page.settle()
    expect([asked(), page.select!.value, page.message]).to.deep.equal([4, 'US', 'We’ll text you a code.'])
    await press('Enter')
    await page.settle()
    expect(callsTo(START).map(({ body }) => body['phoneNumber'])).to.deep.equal(['+12025550123'])
  })
})
