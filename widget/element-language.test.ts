import { expect } from '@open-wc/testing'
import { answer, problem } from './test/fake-server.js'
import { mount } from './test/harness.js'

describe('the language of <otp-verify>', () => {
  it('is that of the nearest lang, right to left where it is so', async () => {
    const page = await mount('', { lang: 'ar-EG' })
    expect(page.phone.labels![0]!.textContent).to.equal('رقم الهاتف')
    expect(page.shadow.querySelector('.root')!.getAttribute('dir')).to.equal('rtl')
    expect([...page.select!.options].map(({ textContent }) => textContent).join()).to.contain('كرواتيا')
    page.phone.value = '912345667'
    await page.click('إرسال الرمز')
    expect(getComputedStyle(page.code).direction).to.equal('ltr')
    expect(page.text).to.contain('\u206667\u2069')
  })

  it('is English on a page of a language that has no file', async () => {
    const page = await mount('', { lang: 'xx' })
    expect(page.button('Send code')).to.exist
    expect(page.shadow.querySelector('.root')!.getAttribute('dir')).to.equal('ltr')
  })

  it('follows the page when it changes, errors included', async () => {
    const page = await mount()
    answer('/v1/verifications', problem(422, 'invalid_phone_number'))
    await page.start('1')
    expect(page.message).to.equal('Enter a valid phone number.')
    page.element.parentElement!.lang = 'ar'
    await page.settle()
    expect(page.message).to.equal('أدخل رقم هاتف صحيحًا.')
    page.element.parentElement!.lang = 'en'
    await page.settle()
    expect(page.message).to.equal('Enter a valid phone number.')
  })

  it('is found through the shadow root of another element', async () => {
    const page = await mount('', { lang: 'ar' })
    const outer = document.createElement('div')
    page.element.before(outer)
    outer.attachShadow({ mode: 'open' }).append(page.element)
    await page.settle()
    expect(page.phone.labels![0]!.textContent).to.equal('رقم الهاتف')
    page.element.lang = 'en'
    await page.settle()
    expect(page.phone.labels![0]!.textContent).to.equal('Phone number')
  })

  it('gives way to the page’s own words in slots', async () => {
    const page = await mount('', {
      children: '<span slot="send">Text me!</span><p slot="intro">One moment.</p>',
    })
    const slot = page.shadow.querySelector<HTMLSlotElement>('slot[name=send]')!
    expect(slot.assignedElements()[0]!.textContent).to.equal('Text me!')
  })
})
