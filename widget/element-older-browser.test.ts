import { expect } from '@open-wc/testing'
import './test/fake-server.js'
import { mount, type Harness } from './test/harness.js'

/** Takes out of the element's style sheets what a browser passes over that has no light-dark(). */
function withoutLightDark({ shadow }: Harness): () => void {
  const undo: (() => void)[] = []
  for (const sheet of shadow.adoptedStyleSheets) {
    for (const [index, rule] of [...sheet.cssRules].entries()) {
      if (!(rule instanceof CSSSupportsRule) || !rule.conditionText.includes('light-dark')) continue
      const { cssText } = rule
      sheet.deleteRule(index)
      undo.push(() => void sheet.insertRule(cssText, index))
    }
  }
  expect(undo).to.have.length(1)
  return () => undo.forEach((each) => each())
}

/** How light a colour is, from 0 to 255. */
function lightness(colour: string): number {
  const [red, green, blue] = colour.match(/[\d.]+/g)!.map(Number)
  return 0.299 * red! + 0.587 * green! + 0.114 * blue!
}

describe('<otp-verify> in a browser without light-dark()', () => {
  for (const theme of ['light', 'dark'] as const) {
    it(`writes ${theme === 'dark' ? 'light on dark' : 'dark on light'} with theme="${theme}"`, async () => {
      const page = await mount(`theme="${theme}"`)
      const restore = withoutLightDark(page)
      const [text, field, button] = ['.root', '.field', '.primary'].map((part) =>
        getComputedStyle(page.shadow.querySelector(part)!),
      )
      const [ink, paper] = [lightness(text!.color), lightness(field!.backgroundColor)]
      const [label, face] = [lightness(button!.color), lightness(button!.backgroundColor)]
      restore()
      expect(ink - paper > 0).to.equal(theme === 'dark')
      expect(Math.abs(ink - paper)).to.be.greaterThan(180)
      expect(Math.abs(label - face)).to.be.greaterThan(100)
    })
  }
})
