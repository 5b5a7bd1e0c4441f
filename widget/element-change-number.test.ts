import { expect } from '@open-wc/testing'
import { de } from './locales/de.js'
import { answer, callsTo, HANDLE, pending } from './test/fake-server.js'
import { mount, type Harness } from './test/harness.js'

const START = '/v1/verifications'

async function inLanguage(page: Harness, lang: string): Promise<void> {
  page.element.parentElement!.lang = lang
  await page.settle()
}

describe('<otp-verify> when the number changes', () => {
  it('goes back to the number, and replaces the verification with the next start', async () => {
    const page = await mount()
    await page.start()
    page.button('Change number').focus()
    await page.click('Change number')
    expect(page.state('phone')).to.equal(true)
    expect(document.activeElement).to.equal(page.phone)
    expect(page.phone.value).to.equal('912345667')
    await page.start('912345668')
    expect(callsTo(START)[1]!.body).to.include({ phoneNumber: '+385912345668', supersedes: HANDLE })
  })

  it('goes back to the code that is on its way when the number turns out to be the same', async () => {
    const page = await mount()
    await page.start()
    await page.click('Change number')
    await page.click('Send code')
    expect(page.state('code')).to.equal(true)
    expect(callsTo(START)).to.have.length(1)
    expect(page.eventNames.filter((name) => name === 'sent')).to.have.length(1)
    expect(sessionStorage).to.have.length(1)
    await page.fill('123456')
    expect(page.state('verified')).to.equal(true)
  })

  it('goes back to that code when the page is in another language by then', async () => {
    const page = await mount()
    await page.start()
    await inLanguage(page, 'de')
    await page.click(de.changeNumber)
    await page.click(de.send)
    expect(page.state('code')).to.equal(true)
    expect(callsTo(START)).to.have.length(1)
  })

  it('repeats a start whose answer was lost as it was, whatever language the page is in by then', async () => {
    const page = await mount()
    const sent = { status: 201, json: pending(page.clock.now()) }
    answer(START, { status: 502, text: 'Bad gateway' }, sent)
    await page.start()
    await inLanguage(page, 'de')
    await page.click(de.send)
    expect(page.state('code')).to.equal(true)
    const [first, second] = callsTo(START)
    expect([second!.key, second!.body]).to.deep.equal([first!.key, first!.body])
    await page.passSeconds(301)
    await page.click(de.newCode)
    expect(callsTo(START)[2]!.body['language'], 'another message is in the language of the page').to.equal(
      'de',
    )
  })

  it('gives up a proven number for another, unless the page has chosen it', async () => {
    const page = await mount('token-nonce="0123456789abcdef"')
    await page.start()
    await page.fill('123456')
    expect(sessionStorage).to.have.length(1)
    page.button('Change number').focus()
    await page.click('Change number')
    expect(page.state('phone')).to.equal(true)
    expect(document.activeElement).to.equal(page.phone)
    expect([page.element.value, page.phone.value]).to.deep.equal(['', ''])
    expect(sessionStorage).to.have.length(0)
    await page.start('912345668')
    expect(callsTo(START)[1]!.body).to.include({ phoneNumber: '+385912345668' })
    const fixed = await mount('phone="+385912345667" readonly-phone')
    await fixed.click('Send code')
    await fixed.fill('123456')
    expect(fixed.state('verified')).to.equal(true)
    expect(fixed.shadow.querySelectorAll('button')).to.have.length(0)
  })

  it('sends to the same number again when its code is over or the page wants something else', async () => {
    const page = await mount()
    await page.start()
    await page.click('Change number')
    await page.passSeconds(301)
    answer(START, { status: 201, json: pending(page.clock.now()) })
    await page.click('Send code')
    expect(callsTo(START)[1]!.body).to.include({ phoneNumber: '+385912345667', supersedes: HANDLE })
    await page.click('Change number')
    page.element.tokenNonce = 'fedcba9876543210'
    await page.click('Send code')
    expect(callsTo(START)[2]!.body).to.include({ nonce: 'fedcba9876543210', supersedes: HANDLE })
  })
})
