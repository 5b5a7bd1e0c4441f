import { expect } from '@open-wc/testing'
import { da } from './locales/da.js'
import { fi } from './locales/fi.js'
import { stock } from './locales/library.js'
import type { Sentences } from './locales/locale.js'
import { importSentences } from './locales/modules.js'
import { ptBR } from './locales/pt-BR.js'
import { sv } from './locales/sv.js'
import { zhHans } from './locales/zh-Hans.js'
import { answer, callsTo, problem } from './test/fake-server.js'
import { mount, press } from './test/harness.js'

/** Has every language be lost on its way, and counts how often one was asked for; what `answer` makes comes instead. */
function loseSentences() {
  const lost: { times: number; answer?: () => Promise<Sentences> } = { times: 0 }
  stock(() => {
    lost.times++
    return lost.answer?.() ?? Promise.reject(new TypeError('Failed to fetch'))
  })
  return lost
}

describe('the language of <otp-verify>', () => {
  afterEach(() => stock(importSentences))

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

  for (const [lang, { phoneLabel, send }, sent] of [
    ['pt_BR', ptBR, 'pt-BR'],
    ['zh_Hans_CN', zhHans, 'zh-Hans-CN'],
    ['zh-cmn-Hans-CN', zhHans, 'zh-Hans-CN'],
  ] as const) {
    it(`is that of ${lang} too, and the message's with it`, async () => {
      const page = await mount('', { lang })
      expect(page.phone.labels![0]!.textContent).to.equal(phoneLabel)
      page.phone.value = '912345667'
      await page.click(send)
      expect(callsTo('/v1/verifications')[0]!.body['language']).to.equal(sent)
    })
  }

  it('leaves alone what the browser has translated, as long as it says nothing else', async () => {
    const page = await mount()
    await page.start()
    const label = page.code.labels![0]!
    label.innerHTML = '<font><font>Tarakimu 6</font></font>'
    await page.passSeconds(1)
    await page.typeCode('1')
    expect(label.textContent).to.equal('Tarakimu 6')
    const hint = page.element.querySelector('[slot=code-message]')!
    hint.innerHTML = '<font>Inakaguliwa</font>'
    await press('Enter')
    await page.settle()
    expect(hint.innerHTML).to.equal('Enter all digits of the code.')
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

  it('is asked for again with each step of the visitor where it could not be had, and not in between', async () => {
    const lost = loseSentences()
    const page = await mount('', { lang: 'fi' })
    for (let time = 0; time < 3; time++) {
      page.element.requestUpdate()
      await page.settle()
    }
    expect(lost.times).to.equal(1)
    expect(page.button('Send code').checkVisibility()).to.equal(true)
    await page.start()
    expect(lost.times, 'sending, and then asking for the code').to.equal(3)
    for (let second = 0; second < 5; second++) await page.passSeconds(1)
    expect(lost.times).to.equal(3)
    lost.answer = () => Promise.resolve(fi)
    answer('/v1/verifications/check', problem(422, 'code_incorrect', { attemptsRemaining: 2 }))
    await page.fill('123456')
    expect(page.button(fi.verify)).to.exist
    expect(page.message).to.contain(fi.errors.code_incorrect)
    expect(lost.times).to.equal(4)
    await page.fill('123457')
    expect(lost.times, 'it is here').to.equal(4)
  })

  it('says nothing to a screen reader when it comes late, and keeps no words back for that', async () => {
    const lost = loseSentences()
    const page = await mount('', { lang: 'da' })
    let arrive: (sentences: Sentences) => void = () => {}
    lost.answer = () => new Promise((done) => (arrive = done))
    await page.start()
    expect(lost.times, 'one is on its way').to.equal(2)
    expect(page.shadow.querySelector('.wordless')).to.equal(null)
    const heard: unknown[] = []
    const listener = new MutationObserver((changes) => heard.push(...changes))
    const live = page.shadow.querySelector('.live')!
    listener.observe(live, { childList: true, characterData: true, subtree: true })
    arrive(da)
    await page.settle()
    expect(page.shadow.querySelector('.root')!.getAttribute('lang')).to.equal('da')
    listener.disconnect()
    expect(heard).to.deep.equal([])
  })

  it('is asked for again when the page comes back to it', async () => {
    const lost = loseSentences()
    const page = await mount('', { lang: 'sv' })
    lost.answer = () => Promise.resolve(sv)
    for (const lang of ['en', 'sv']) {
      page.element.parentElement!.lang = lang
      await page.settle()
    }
    expect(lost.times).to.equal(2)
    expect(page.button(sv.send)).to.exist
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
