import { expect } from '@open-wc/testing'
import { answer, held, pending, problem } from './test/fake-server.js'
import { mount, type, type Harness } from './test/harness.js'
import { importSentences } from './locales/modules.js'

/** Every text that the live regions of an element have, one after the other; nothing twice in a row without a change. */
function listen(page: Harness): string[] {
  const heard: string[] = []
  for (const root of [page.shadow, page.element]) {
    for (const region of root.querySelectorAll('[aria-live], [role=status], [role=alert], output')) {
      new MutationObserver(() => heard.push(region.textContent.trim())).observe(region, {
        childList: true,
        characterData: true,
        subtree: true,
      })
    }
  }
  return heard
}

describe('what <otp-verify> tells a screen reader', () => {
  it('is each step once, waiting included', async () => {
    const page = await mount()
    const heard = listen(page)
    const start = held({ status: 201, json: pending(page.clock.now()) })
    answer('/v1/verifications', start.route)
    await page.start()
    start.release()
    await page.settle()
    const check = held(problem(422, 'code_incorrect', { attemptsRemaining: 2 }))
    answer('/v1/verifications/check', check.route)
    await page.fill('111111')
    check.release()
    await page.settle()
    expect(heard).to.deep.equal([
      'Sending…',
      'Texted to the number ending in \u206667\u2069',
      'Checking…',
      'That code is not right. 2 tries left.',
    ])
  })

  for (const lang of ['en', 'ar']) {
    it(`is nothing while seconds are counted down, nor while digits are typed, ${lang}`, async () => {
      const page = await mount()
      await page.start()
      page.element.parentElement!.lang = lang
      await page.settle()
      const heard = listen(page)
      const described = () => [page.code.getAttribute('aria-describedby'), page.message]
      const before = described()
      const times = new Set<string>()
      for (let second = 0; second < 30; second++) {
        times.add(page.shadow.querySelector('.time')!.textContent)
        await page.passSeconds(1)
      }
      expect(times, 'the visitor sees every second').to.have.length(30)
      await page.fill('12345')
      expect(heard).to.deep.equal([])
      expect(described()).to.deep.equal(before)
    })
  }

  it('is the same mistake again when it is made again', async () => {
    const page = await mount()
    const heard = listen(page)
    for (let time = 0; time < 3; time++) await page.click('Send code')
    expect(heard).to.deep.equal(new Array(3).fill('Enter a valid phone number.'))
  })

  it('is no mistake any longer once it is being corrected', async () => {
    const page = await mount()
    await page.click('Send code')
    expect(page.live).to.equal('Enter a valid phone number.')
    page.phone.focus()
    await type('912345667')
    await page.settle()
    expect(page.live).to.equal('')
    answer('/v1/verifications/check', problem(422, 'code_incorrect', { attemptsRemaining: 2 }))
    await page.click('Send code')
    await page.typeCode('111111')
    expect(page.live).to.equal('That code is not right. 2 tries left.')
    await page.typeCode('2')
    expect(page.live).to.equal('')
  })

  it('is that its form asks for the number and the code, and that nobody asks twice', async () => {
    const page = await mount('required', { form: true })
    for (const input of [page.phone, page.code]) {
      expect(input.ariaRequired).to.equal('true')
      expect(input.required, 'by the browser').to.equal(false)
    }
    page.element.required = false
    await page.settle()
    expect(page.phone.ariaRequired).to.equal('false')
  })

  it('is in the language of the page', async () => {
    const words = await importSentences('ar')
    const page = await mount()
    answer('/v1/verifications', held({ status: 201, json: pending(page.clock.now()) }).route)
    page.element.parentElement!.lang = 'ar'
    await page.settle()
    page.phone.value = '912345667'
    await page.click(words.send)
    expect(page.live).to.equal(words.sending)
  })
})
