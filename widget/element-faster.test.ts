import { expect } from '@open-wc/testing'
import { answer, callsTo, held, site } from './test/fake-server.js'
import { mount } from './test/harness.js'

const START = '/v1/verifications'

describe('<otp-verify> whose visitor is faster than its site', () => {
  it('waits for the site when the visitor is faster, and puts the right calling code before the number', async () => {
    const first = await mount()
    const { route, release } = held({ json: site({ initialCountry: 'GB' }) })
    answer('/v1/sites', route)
    const page = await mount('', { keep: true })
    await page.start('2079460958')
    expect(page.state('sending')).to.equal(true)
    release()
    await page.settle()
    expect(callsTo(START)[0]!.body['phoneNumber']).to.equal('+442079460958')
    expect(first.state('phone')).to.equal(true)
  })

  it('shows a faster visitor the country that it guesses before anything is sent there', async () => {
    await mount()
    const { route, release } = held({ json: site({ initialCountry: null }) })
    answer('/v1/sites', route)
    const page = await mount('', { keep: true })
    await page.start('2079460958')
    release()
    await page.settle()
    expect(page.state('phone')).to.equal(true)
    expect(page.message).to.equal('Enter a valid phone number.')
    expect(callsTo(START)).to.have.length(0)
    await page.start()
    expect(page.state('code')).to.equal(true)
  })

  it('sends to a faster visitor whose number says its country', async () => {
    await mount()
    const { route, release } = held({ json: site({ initialCountry: null }) })
    answer('/v1/sites', route)
    const page = await mount('', { keep: true })
    await page.start('+12025550123')
    release()
    await page.settle()
    expect(callsTo(START)[0]!.body['phoneNumber']).to.equal('+12025550123')
  })
})
