import './test/insecure-page.js'
import { expect } from '@open-wc/testing'
import { answer, callsTo, fakeFetch, resetServer, SERVER, site } from './test/fake-server.js'
import { mount } from './test/harness.js'
import { createClient } from './client.js'
import { OtpError } from './failure.js'

describe('<otp-verify> on a page that is not secure', () => {
  it('says that it cannot start, where the site asks for a key (SR-A17)', async () => {
    const page = await mount('', {
      before: () => answer('/v1/sites', { json: site({ senderConstraint: true }) }),
    })
    await page.start()
    expect(page.state('phone')).to.equal(true)
    expect(page.message).to.contain('Something went wrong')
    expect(page.events.at(-1)!.type).to.equal('failed')
    expect(page.events.at(-1)!.detail).to.include({ code: 'internal_error', retryable: true })
    expect(callsTo('/v1/verifications')).to.have.length(0)
  })

  it('has a client that fails as it always does (SR-A17)', async () => {
    resetServer()
    answer('/v1/sites', { json: site({ senderConstraint: true }) })
    const client = createClient({ server: SERVER, fetch: fakeFetch })
    await client.site('shop')
    const start = client.start({ sitekey: 'shop', phoneNumber: '+385912345667' })
    expect(await start.catch((error: unknown) => error)).to.be.instanceOf(OtpError)
  })

  it('needs no key elsewhere', async () => {
    const page = await mount()
    await page.start()
    expect(page.state('code')).to.equal(true)
  })
})
