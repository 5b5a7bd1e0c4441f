import { expect } from '@open-wc/testing'
import { mount } from './test/harness.js'
import { mountScreen, SCREEN_NAMES } from './test/screens.js'

const isUsable = (node: HTMLButtonElement | HTMLInputElement | HTMLSelectElement) => !node.disabled

describe('<otp-verify> on every screen', () => {
  for (const screen of SCREEN_NAMES) {
    // An open list closes, as everything does that lies in front of a page.
    if (!screen.startsWith('list'))
      it(`is what it was when the page moves it: ${screen}`, async () => {
        const page = await mountScreen(screen)
        const shown = () => [page.text, page.message, page.live, page.phone.value, page.element.value]
        const before = shown()
        const timers = page.clock.waiting
        const main = document.createElement('main')
        page.element.after(main)
        main.append(page.element)
        await page.settle()
        expect(shown()).to.deep.equal(before)
        expect(page.clock.waiting, 'no timer is doubled').to.equal(timers)
      })

    it(`keeps nothing of the visitor when the page takes it out, and begins anew when it is back: ${screen}`, async () => {
      const page = await mountScreen(screen, { attributes: 'resume="off"' })
      const { element } = page
      const parent = element.parentElement!
      element.remove()
      await page.settle()
      expect([element.value, page.phone.value, page.code.value]).to.deep.equal(['', '', ''])
      expect(page.clock.waiting).to.equal(0)
      parent.append(element)
      await page.settle()
      expect(page.state('phone')).to.equal(true)
      expect(page.phone.getAttribute('aria-invalid')).to.equal('false')
      expect(page.shadow.querySelector('.fallback, .invalid')).to.equal(null)
      expect(page.live, 'it says nothing of what was').to.equal('')
    })

    it(`begins anew when its form is reset, unless the number is proven: ${screen}`, async () => {
      const page = await mountScreen(screen, { form: true, attributes: 'required' })
      page.element.form!.reset()
      await page.settle()
      if (screen === 'verified') return expect(page.state('verified')).to.equal(true)
      expect(page.state('phone')).to.equal(true)
      expect([page.element.value, page.code.value]).to.deep.equal(['', ''])
      expect(page.live).to.equal('')
      expect([...new FormData(page.element.form!)]).to.deep.equal([])
    })

    it(`cannot be used in a disabled fieldset, and can afterwards: ${screen}`, async () => {
      const page = await mountScreen(screen, { form: true })
      const controls = () => [
        ...page.shadow.querySelectorAll<HTMLButtonElement | HTMLSelectElement>('button, select'),
        ...[page.phone, page.code],
      ]
      const before = controls().map(isUsable)
      const fieldset = document.createElement('fieldset')
      page.element.before(fieldset)
      fieldset.append(page.element)
      fieldset.disabled = true
      await page.settle()
      expect(controls().filter(isUsable)).to.deep.equal([])
      fieldset.disabled = false
      await page.settle()
      expect(controls().map(isUsable)).to.deep.equal(before)
    })
  }

  it('lets its form be submitted though the page asked for its own input, which is empty then', async () => {
    const page = await mount('required', { form: true, children: '<input slot="phone" type="tel" required>' })
    await page.start()
    await page.fill('123456')
    expect(page.element.form!.checkValidity()).to.equal(true)
  })
})
