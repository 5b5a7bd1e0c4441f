import { expect } from '@open-wc/testing'
import { callsTo } from './test/fake-server.js'
import { mount, press, type, type Harness } from './test/harness.js'

/** Takes away what is not in the page's own markup, as a page does that is brought up to date in place (Turbo, htmx). */
async function morph({ element }: Harness): Promise<void> {
  for (const child of [...element.children]) child.remove()
  await element.updateComplete
}

describe('<otp-verify> in a page that is brought up to date in place', () => {
  it('leaves the focus, what is typed and what is selected in the field of the number', async () => {
    const page = await mount()
    page.phone.focus()
    await type('9123')
    page.phone.setSelectionRange(1, 3)
    await morph(page)
    expect(document.activeElement === page.phone).to.equal(true)
    await type('5')
    expect(page.phone.value).to.equal('953')
    await morph(page)
    await type('6')
    expect(page.phone.value, 'each time').to.equal('9563')
  })

  it('leaves them in the field of the code', async () => {
    const page = await mount()
    await page.start()
    await page.typeCode('123')
    await press('ArrowLeft')
    await morph(page)
    await page.settle()
    expect(page.shadow.querySelectorAll('.box')[2]!.matches('.active')).to.equal(true)
    await type('945')
    await page.settle()
    expect(callsTo('/v1/verifications/check').map(({ body }) => body['code'])).to.deep.equal(['129453'])
  })

  it('does not take the focus where the visitor had left the field, or the page has given it to something else', async () => {
    const page = await mount('', { form: true })
    page.phone.focus()
    page.phone.blur()
    await page.settle()
    await morph(page)
    expect(document.activeElement === document.body).to.equal(true)
    const button = page.element.form!.querySelector('button')!
    page.phone.focus()
    await page.settle()
    const moved = morph(page)
    button.focus()
    await moved
    expect(document.activeElement === button).to.equal(true)
    button.blur()
    await morph(page)
    expect(document.activeElement === document.body).to.equal(true)
  })

  it('does not bring the focus back with an element that is put into the page again', async () => {
    const page = await mount()
    page.phone.focus()
    await page.settle()
    const { parentElement } = page.element
    page.element.remove()
    await page.settle()
    parentElement!.append(page.element)
    await page.settle()
    await morph(page)
    expect(document.activeElement === document.body).to.equal(true)
  })

  it('leaves the focus where the next screen has put it', async () => {
    const page = await mount()
    page.phone.focus()
    await page.start()
    await morph(page)
    expect(document.activeElement === page.code).to.equal(true)
    page.code.blur()
    await page.click('Change number')
    page.phone.blur()
    await page.settle()
    await morph(page)
    expect(document.activeElement === document.body).to.equal(true)
  })

  it('leaves the focus where the element itself is moved first', async function () {
    const page = await mount()
    const { parentElement } = page.element
    page.phone.focus()
    await type('91')
    // Engines without it put the element into the page again, and the focus is gone before anybody could keep it.
    if (!parentElement?.moveBefore) return this.skip()
    parentElement.moveBefore(page.element, parentElement.firstChild)
    await morph(page)
    await type('2')
    expect(page.phone.value).to.equal('912')
  })
})
