import { expect } from '@open-wc/testing'
import { mount } from './test/harness.js'

describe('the script', () => {
  it('does no harm when a page loads it twice', async () => {
    const before = customElements.get('otp-verify')
    for (const copy of ['./index.ts?second', './script.ts?third']) await import(copy)
    expect(customElements.get('otp-verify')).to.equal(before)
    const page = await mount()
    await page.start()
    expect(page.state('code')).to.equal(true)
  })
})
