import { expect } from '@open-wc/testing'
import { sendMouse } from '@web/test-runner-commands'
import { answer, callsTo, problem } from './test/fake-server.js'
import { mount, press, type, type Harness } from './test/harness.js'

const CHECK = '/v1/verifications/check'

/** Clicks into the middle of a box, as a visitor does. */
async function clickBox(page: Harness, index: number): Promise<void> {
  const { left, top, width, height } = page.shadow.querySelectorAll('.box')[index]!.getBoundingClientRect()
  await sendMouse({
    type: 'click',
    position: [Math.round(left + width / 2), Math.round(top + height / 2)],
  })
  await page.settle()
}

const selected = ({ code }: Harness) => [code.selectionStart, code.selectionEnd]

describe('a click into the code of <otp-verify>', () => {
  for (const direction of ['ltr', 'rtl']) {
    it(`chooses the digit that the next one replaces, on a page that runs ${direction}`, async () => {
      const page = await mount()
      page.element.parentElement!.dir = direction
      await page.start()
      await page.typeCode('1934')
      await clickBox(page, 1)
      expect(selected(page)).to.deep.equal([1, 2])
      expect([...page.shadow.querySelectorAll('.box')].findIndex((box) => box.matches('.active'))).to.equal(1)
      await type('2')
      expect(page.code.value).to.equal('1234')
    })
  }

  it('behind the last digit goes on there', async () => {
    const page = await mount()
    await page.start()
    await page.typeCode('12')
    await clickBox(page, 0)
    await clickBox(page, 4)
    expect(selected(page)).to.deep.equal([2, 2])
    await type('3')
    expect(page.code.value).to.equal('123')
  })

  it('lets the visitor correct one digit of a whole code, which is then checked', async () => {
    const page = await mount()
    await page.start()
    answer(CHECK, problem(503, 'provider_unavailable'))
    await page.typeCode('123456')
    for (const index of [0, 2, 5]) {
      await clickBox(page, index)
      expect(selected(page)).to.deep.equal([index, index + 1])
    }
    await type('7')
    await page.settle()
    expect(callsTo(CHECK).map(({ body }) => body['code'])).to.deep.equal(['123456', '123457'])
    await clickBox(page, 0)
    await press('Delete')
    expect(page.code.value).to.equal('23457')
  })

  it('on its label chooses none: that is no box', async () => {
    const page = await mount()
    await page.start()
    await page.typeCode('12')
    const { left, top, height } = page.code.labels![0]!.getBoundingClientRect()
    await sendMouse({ type: 'click', position: [Math.round(left + 3), Math.round(top + height / 2)] })
    // Firefox selects all.
    expect(selected(page)[1]).to.equal(2)
  })
})
