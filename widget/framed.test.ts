import { expect } from '@open-wc/testing'
import { framedByStranger } from './framed.js'

describe('framedByStranger', () => {
  const top = {} as { parent: unknown; location: { href: string } }
  top.parent = top
  top.location = { href: 'https://shop.example/' }
  const stranger = {
    parent: undefined as unknown,
    get location(): never {
      throw new DOMException('Blocked', 'SecurityError')
    },
  }
  stranger.parent = stranger
  const inside = (parent: unknown) => ({ parent, location: { href: 'x' } }) as unknown as Window

  it('tells a page that stands alone or in a frame of its own origin from one in a stranger’s frame (SR-H08)', () => {
    expect(framedByStranger(window)).to.equal(false)
    expect(framedByStranger(inside(top))).to.equal(false)
    expect(framedByStranger(inside(stranger))).to.equal(true)
    expect(framedByStranger(inside(inside(stranger)))).to.equal(true)
  })
})
