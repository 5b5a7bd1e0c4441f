import { expect } from '@open-wc/testing'
import { callsTo } from './test/fake-server.js'
import { mount, press, type, type Harness } from './test/harness.js'

interface Submission {
  count: number
  data: [string, FormDataEntryValue][]
}

function watch({ element }: Harness): Submission {
  const submission: Submission = { count: 0, data: [] }
  element.form!.addEventListener('submit', (event) => {
    event.preventDefault()
    submission.count++
    submission.data = [...new FormData(event.target as HTMLFormElement)]
  })
  return submission
}

describe('<otp-verify> in a form', () => {
  it('blocks the form while it is required and without a token, with a message of its own', async () => {
    const page = await mount('required', { form: true })
    const submission = watch(page)
    page.element.form!.requestSubmit()
    expect(submission.count).to.equal(0)
    expect(page.element.checkValidity()).to.equal(false)
    expect(page.element.validity.valueMissing).to.equal(true)
    expect(page.element.validationMessage).to.equal('Verify your phone number to continue.')
    expect(document.activeElement, 'the browser leads to the field').to.equal(page.phone)
  })

  it('submits the token, and nothing else, once the number is verified', async () => {
    const page = await mount('required', { form: true })
    const submission = watch(page)
    await page.start()
    await page.fill('123456')
    page.element.form!.requestSubmit()
    expect(submission.data).to.deep.equal([['otp-verify-response', 'header.claims.signature']])
  })

  it('submits under the name that the page chose', async () => {
    const page = await mount('name="proof"', { form: true })
    await page.start()
    await page.fill('123456')
    expect([...new FormData(page.element.form!).keys()]).to.deep.equal(['proof'])
  })

  it('has its value ready when the verified event arrives', async () => {
    const page = await mount('required', { form: true })
    const submission = watch(page)
    page.element.addEventListener('verified', () => page.element.form!.requestSubmit())
    await page.start()
    await page.fill('123456')
    expect(submission.count).to.equal(1)
  })

  it('never lets Enter in its fields submit the form, and never puts them into its data', async () => {
    const page = await mount('', { form: true })
    const submission = watch(page)
    page.phone.focus()
    await type('912345667')
    await press('Enter')
    await page.settle()
    expect(page.state('code')).to.equal(true)
    page.code.focus()
    await type('12')
    await press('Enter')
    await page.settle()
    expect(page.message).to.equal('Enter all digits of the code.')
    expect(submission.count).to.equal(0)
    expect([...new FormData(page.element.form!)]).to.deep.equal([])
    expect(page.boxes).to.equal('12____')
  })

  it('starts anew when the form is reset', async () => {
    const page = await mount('required phone="+385912345667"', { form: true })
    await page.click('Send code')
    await page.typeCode('1234')
    page.element.form!.reset()
    await page.settle()
    expect(page.state('phone')).to.equal(true)
    expect(page.element.value).to.equal('')
    expect(page.element.checkValidity()).to.equal(false)
    expect(page.phone.value).to.equal('912345667')
    expect(page.code.value).to.equal('')
  })

  it('keeps a proven number when the form is reset, as React does after each action, until it is reset itself', async () => {
    const page = await mount('required', { form: true })
    await page.start()
    await page.fill('123456')
    const { value, form } = page.element
    form!.reset()
    await page.settle()
    expect(page.state('verified')).to.equal(true)
    expect(value).to.have.length.above(0)
    expect([...new FormData(form!)]).to.deep.equal([['otp-verify-response', value]])
    page.element.reset()
    await page.settle()
    expect(page.state('phone')).to.equal(true)
    expect([...new FormData(form!)]).to.deep.equal([])
  })

  it('gives a proven number up when the page asks for another purpose, session or number, and says so', async () => {
    for (const change of [
      { tokenNonce: 'fedcba9876543210' },
      { action: 'login' },
      { phone: '+385912345668' },
    ]) {
      const page = await mount('token-nonce="0123456789abcdef" phone="+385912345667" readonly-phone')
      await page.click('Send code')
      await page.fill('123456')
      expect(page.state('verified')).to.equal(true)
      Object.assign(page.element, change)
      await page.settle()
      expect([page.state('phone'), page.element.value], JSON.stringify(change)).to.deep.equal([true, ''])
      expect(page.eventNames.at(-1)).to.equal('expired')
    }
  })

  it('is unusable in a disabled fieldset and usable again afterwards', async () => {
    const page = await mount('required', { form: true })
    const fieldset = document.createElement('fieldset')
    page.element.form!.append(fieldset)
    fieldset.append(page.element)
    fieldset.disabled = true
    await page.settle()
    expect(page.phone.disabled).to.equal(true)
    expect(page.button('Send code').disabled).to.equal(true)
    expect(page.element.willValidate).to.equal(false)
    fieldset.disabled = false
    await page.settle()
    expect(page.phone.disabled).to.equal(false)
    expect(page.button('Send code').disabled).to.equal(false)
  })

  it('is as unusable by its property, which frameworks set, as by its attribute', async () => {
    const page = await mount()
    const usable = () => [page.phone, page.select!, page.button('Send code')].map(({ disabled }) => !disabled)
    page.element.disabled = true
    await page.settle()
    expect(usable()).to.deep.equal([false, false, false])
    page.element.disabled = false
    await page.settle()
    expect(usable()).to.deep.equal([true, true, true])
  })

  it('sends nothing while it is disabled', async () => {
    const page = await mount('disabled', { form: true })
    page.phone.disabled = false
    page.phone.value = '912345667'
    page.phone.focus()
    await press('Enter')
    await page.settle()
    expect(callsTo('/v1/verifications')).to.have.length(0)
  })

  it('follows required when it comes and goes', async () => {
    const page = await mount('', { form: true })
    expect(page.element.checkValidity()).to.equal(true)
    page.element.required = true
    await page.settle()
    expect(page.element.checkValidity()).to.equal(false)
  })

  it('offers what form controls offer', async () => {
    const page = await mount('required', { form: true })
    expect(page.element).to.include({ type: 'otp-verify', name: 'otp-verify-response', value: '' })
    expect(page.element.form).to.be.instanceOf(HTMLFormElement)
    expect(page.element.reportValidity()).to.equal(false)
    page.element.focus()
    expect(document.activeElement).to.equal(page.phone)
  })
})
