import { expect } from '@open-wc/testing'
import { mount } from './test/harness.js'

describe('the custom states of <otp-verify>', () => {
  it('match one at a time', async () => {
    const page = await mount()
    expect([page.state('phone'), page.state('code')]).to.deep.equal([true, false])
    await page.start()
    expect([page.state('phone'), page.state('code')]).to.deep.equal([false, true])
    expect(page.element.getAttributeNames()).to.deep.equal(['sitekey'])
  })

  it('become an attribute where the browser does not know them', async () => {
    const { supports } = CSS
    CSS.supports = () => false
    try {
      const page = await mount()
      expect(page.element.dataset['state']).to.equal('phone')
      await page.start()
      expect(page.element.dataset['state']).to.equal('code')
    } finally {
      CSS.supports = supports
    }
  })
})
