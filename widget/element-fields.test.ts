import { expect } from '@open-wc/testing'
import { sendKeys } from '@web/test-runner-commands'
import { answer, callsTo, problem, site } from './test/fake-server.js'
import { mount, press, type } from './test/harness.js'

const CHECK = '/v1/verifications/check'

describe('the number field of <otp-verify>', () => {
  it('is one real input in the light DOM, without a name, ready for autofill', async () => {
    const page = await mount()
    expect(page.phone.parentElement).to.equal(page.element)
    expect(page.phone.autocomplete).to.equal('tel')
    expect(page.phone.hasAttribute('name')).to.equal(false)
    expect(page.phone.dir).to.equal('ltr')
    expect(page.phone.labels![0]!.textContent).to.equal('Phone number')
    expect(parseFloat(getComputedStyle(page.phone).fontSize)).to.be.at.least(16)
    expect(page.described(page.phone)).to.equal('We’ll text you a code.')
  })

  it('offers the served countries by name, and begins with the one that the page or the site chose', async () => {
    const page = await mount()
    expect([...page.select!.options].map(({ value }) => value)).to.deep.equal(['CA', 'HR', 'GB', 'US'])
    expect(page.select!.value).to.equal('HR')
    expect((await mount('initial-country="us"')).select!.value).to.equal('US')
    const narrow = await mount('only-countries="HR,GB" exclude-countries="GB"')
    expect(narrow.select, 'one country leaves nothing to choose').to.equal(null)
    expect(narrow.shadow.querySelector('.prefix')!.textContent.replace(/\s/g, '')).to.equal('HR+385')
  })

  it('sends a national number to the chosen country', async () => {
    const page = await mount()
    page.select!.value = 'GB'
    page.select!.dispatchEvent(new Event('change'))
    await page.start('020 7946 0958')
    expect(callsTo('/v1/verifications')[0]!.body['phoneNumber']).to.equal('+4402079460958')
  })

  it('follows the country of an international number while it is typed', async () => {
    const page = await mount()
    page.phone.focus()
    await type('+4420')
    await page.settle()
    expect(page.select!.value).to.equal('GB')
    expect(page.phone.value, 'what somebody types is left alone').to.equal('+4420')
    await press('Tab')
    expect(page.phone.value).to.equal('20')
  })

  it('goes back to the country from before when the calling code is erased', async () => {
    const page = await mount('initial-country="US"')
    page.phone.focus()
    await type('+385')
    await page.settle()
    expect(page.select!.value).to.equal('HR')
    for (let key = 0; key < 4; key++) await press('Backspace')
    await type('2025550123')
    await page.settle()
    expect(page.select!.value).to.equal('US')
    await press('Enter')
    await page.settle()
    expect(callsTo('/v1/verifications')[0]!.body['phoneNumber']).to.equal('+12025550123')
  })

  it('keeps the country that the visitor chose after a calling code was typed', async () => {
    const page = await mount('initial-country="US"')
    page.phone.focus()
    await type('+385')
    await page.settle()
    page.select!.value = 'GB'
    page.select!.dispatchEvent(new Event('change'))
    for (let key = 0; key < 4; key++) await press('Backspace')
    await page.settle()
    expect(page.select!.value).to.equal('GB')
  })

  it('follows 011 while it is typed in the United States, and sends the number behind it', async () => {
    const page = await mount('initial-country="US"')
    page.phone.focus()
    await type('011385912345667')
    await page.settle()
    expect(page.select!.value).to.equal('HR')
    await press('Enter')
    await page.settle()
    expect(callsTo('/v1/verifications')[0]!.body['phoneNumber']).to.equal('+385912345667')
  })

  it('drops digits that the browser restored without their country, and nothing else', async () => {
    const show = (persisted: boolean) =>
      window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted }))
    const page = await mount()
    page.phone.value = '2025550123'
    show(true)
    expect(page.phone.value, 'a page that was only set aside is as it was').to.equal('2025550123')
    show(false)
    expect(page.phone.value).to.equal('')
    page.phone.focus()
    await type('91')
    show(false)
    expect(page.phone.value).to.equal('91')
    const given = await mount('phone="+442079460958"')
    given.phone.value = '2025550123'
    show(false)
    expect(given.phone.value).to.equal('2079460958')
    const adopted = await mount('', { children: '<input slot="phone" value="91">' })
    show(false)
    expect(adopted.phone.value).to.equal('91')
  })

  it('puts an autofilled number in order at once', async () => {
    const page = await mount()
    page.phone.value = '0044 20 7946 0958'
    page.phone.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertReplacementText' }))
    await page.settle()
    expect(page.select!.value).to.equal('GB')
    expect(page.phone.value).to.equal('2079460958')
  })

  it('begins with the number of the phone attribute and keeps it when told so', async () => {
    const page = await mount('phone="+442079460958" readonly-phone')
    expect(page.phone.value).to.equal('2079460958')
    expect(page.phone.readOnly).to.equal(true)
    expect(page.select).to.equal(null)
    await page.click('Send code')
    expect(callsTo('/v1/verifications')[0]!.body['phoneNumber']).to.equal('+442079460958')
    expect(page.text).to.not.contain('Change number')
  })

  it('adopts an input and a label that the page provided', async () => {
    const page = await mount('', {
      children:
        '<label slot="phone-label">Mobile</label><input slot="phone" id="mobile" name="mobile" class="mine" required>',
    })
    expect(page.element.querySelectorAll('[slot=phone]')).to.have.length(1)
    expect(page.phone).to.include({ id: 'mobile', className: 'mine', autocomplete: 'tel' })
    // It is empty once the number is verified, and the form may go then.
    for (const name of ['name', 'required']) expect(page.phone.hasAttribute(name), name).to.equal(false)
    expect([...page.phone.labels!].map(({ textContent }) => textContent)).to.deep.equal(['Mobile'])
    await page.start()
    expect(page.state('code')).to.equal(true)
  })

  it('keeps what was in the field before the element was ready', async () => {
    const page = await mount('', { children: '<input slot="phone" value="+44 20 7946 0958">' })
    expect(page.phone.value).to.equal('2079460958')
    expect(page.select!.value).to.equal('GB')
  })

  it('puts its nodes back when the page wipes them out', async () => {
    const page = await mount()
    const { phone } = page
    page.element.replaceChildren()
    await page.settle()
    expect(page.phone).to.equal(phone)
    expect(page.element.children).to.have.length(8)
  })

  it('does not double its nodes when it is cloned', async () => {
    const page = await mount()
    const clone = page.element.cloneNode(true) as typeof page.element
    page.element.after(clone)
    await page.settle()
    expect(clone.querySelectorAll('input')).to.have.length(2)
    expect(clone.querySelector('input')!.id).to.not.equal(page.phone.id)
  })
})

describe('the code field of <otp-verify>', () => {
  it('is one real input, ready for the code of a message', async () => {
    const page = await mount()
    await page.start()
    expect(page.element.querySelectorAll('input[slot=code]')).to.have.length(1)
    // Firefox does not know the value, so its property is empty.
    expect(page.code.getAttribute('autocomplete')).to.equal('one-time-code')
    expect(page.code).to.include({ inputMode: 'numeric', dir: 'ltr' })
    expect(page.code.labels![0]!.textContent).to.equal('Enter the 6-digit code')
    expect(parseFloat(getComputedStyle(page.code).fontSize)).to.be.at.least(16)
    expect(page.shadow.querySelectorAll('.box')).to.have.length(6)
  })

  it('draws what is typed and shows where the next digit goes', async () => {
    const page = await mount()
    await page.start()
    const active = () => [...page.shadow.querySelectorAll('.box')].findIndex((box) => box.matches('.active'))
    expect(active()).to.equal(-1)
    await page.typeCode('12x3')
    expect(page.boxes).to.equal('123___')
    expect(active()).to.equal(3)
    await press('ArrowLeft')
    await page.settle()
    expect(active()).to.equal(2)
    await type('9')
    expect(page.code.value).to.equal('1293')
  })

  it('draws its caret as a line, for forced colours take every background away', async () => {
    const page = await mount()
    await page.start()
    page.code.focus()
    await page.settle()
    const caret = getComputedStyle(page.shadow.querySelector('.box.active')!, '::after')
    expect([caret.borderInlineStartStyle, caret.borderInlineStartWidth]).to.deep.equal(['solid', '2px'])
  })

  it('checks a code once when it is complete, and again only when it was changed', async () => {
    const page = await mount()
    await page.start()
    answer(CHECK, problem(503, 'provider_unavailable'))
    await page.typeCode('123456')
    expect(callsTo(CHECK)).to.have.length(1)
    await type('7')
    await page.settle()
    expect(callsTo(CHECK), 'a digit too many changes nothing').to.have.length(1)
    await press('Backspace')
    await type('7')
    await page.settle()
    expect(callsTo(CHECK).map(({ body }) => body['code'])).to.deep.equal(['123456', '123457'])
  })

  it('checks only when asked with auto-submit="off"', async () => {
    const page = await mount('auto-submit="off"')
    await page.start()
    await page.fill('123456')
    expect(callsTo(CHECK)).to.have.length(0)
    await page.click('Verify')
    expect(callsTo(CHECK)).to.have.length(1)
  })

  it('understands the digits of other scripts, spaces and dashes', async () => {
    const page = await mount()
    await page.start()
    await page.fill('١٢٣-٤٥٦')
    expect(callsTo(CHECK)[0]!.body['code']).to.equal('123456')
  })

  it('takes a code that is pasted behind a digit for all of it, and spends no try on both', async () => {
    const page = await mount()
    await page.start()
    await page.typeCode('1')
    await page.fill('1119999')
    expect(callsTo(CHECK).map(({ body }) => body['code'])).to.deep.equal(['119999'])
  })

  it('waits until an input method has composed the code before it puts it in order', async () => {
    const page = await mount()
    await page.start()
    const compose = (value: string, init: InputEventInit) => {
      page.code.value = value
      page.code.dispatchEvent(new InputEvent('input', { bubbles: true, ...init }))
    }
    for (const value of ['７', '７１', '７１１２６１']) {
      compose(value, { isComposing: true, inputType: 'insertCompositionText' })
      expect(page.code.value).to.equal(value)
    }
    await page.settle()
    expect([page.boxes, callsTo(CHECK).length]).to.deep.equal(['711261', 0])
    page.code.dispatchEvent(new CompositionEvent('compositionend', { bubbles: true }))
    await page.settle()
    expect(callsTo(CHECK).map(({ body }) => body['code'])).to.deep.equal(['711261'])
    // Keyboards that compose plain digits change nothing that is put in order.
    page.element.reset()
    await page.settle()
    await page.start()
    compose('123456', { isComposing: true })
    await page.settle()
    expect(callsTo(CHECK)).to.have.length(2)
  })

  it('does not spend a try on a phone number that was pasted by mistake, also over what was typed', async () => {
    const page = await mount('auto-submit="off"')
    await page.start()
    await page.fill('+385912345667')
    page.element.autoSubmit = 'on'
    page.code.focus()
    page.code.select()
    await page.settle()
    await page.fill('385912345667')
    expect(callsTo(CHECK)).to.have.length(0)
  })

  it('takes as many digits as the site’s codes have', async () => {
    const page = await mount()
    answer('/v1/sites', { json: site({ codeLength: 4 }) })
    const four = (await import('./test/fake-server.js')).pending(page.clock.now(), { codeLength: 4 })
    answer('/v1/verifications', { status: 201, json: four })
    await page.start()
    expect(page.shadow.querySelectorAll('.box')).to.have.length(4)
    page.code.focus()
    await sendKeys({ press: '1' })
    await type('234')
    await page.settle()
    expect(callsTo(CHECK)[0]!.body['code']).to.equal('1234')
  })
})
