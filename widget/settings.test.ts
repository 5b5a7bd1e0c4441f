import { expect } from '@open-wc/testing'
import { mount } from './test/harness.js'
import { OtpVerify } from './element.js'
import { ATTRIBUTES } from './settings.js'

const WISHES = 'initial-country="US" only-countries="US" exclude-countries="HR" phone="+12025550123" required'
const GIVEN = ['initialCountry', 'onlyCountries', 'excludeCountries', 'phone', 'required'] as const

describe('the settings of <otp-verify>', () => {
  it('are the attributes that the element observes, each behind the property of its name', () => {
    expect(Object.values(ATTRIBUTES)).to.have.members(OtpVerify.observedAttributes)
    const element = document.createElement('otp-verify')
    for (const [name, attribute] of Object.entries(ATTRIBUTES)) {
      element.setAttribute(attribute, 'given')
      expect(Reflect.get(element, name), name).to.be.oneOf(['given', true])
    }
  })

  for (const [way, forget] of [
    ['their attributes are removed', (element, name) => element.removeAttribute(ATTRIBUTES[name])],
    [
      'a framework sets their properties to undefined',
      (element, name) => Reflect.set(element, name, undefined),
    ],
  ] satisfies [string, (element: OtpVerify, name: (typeof GIVEN)[number]) => void][]) {
    it(`are as if they had never been there when ${way}`, async () => {
      const page = await mount(WISHES)
      expect(page.phone.value).to.equal('2025550123')
      for (const name of GIVEN) forget(page.element, name)
      await page.settle()
      expect([...page.select!.options].map(({ value }) => value)).to.deep.equal(['CA', 'HR', 'GB', 'US'])
      expect(page.phone.value).to.equal('')
      expect(page.element.checkValidity()).to.equal(true)
      page.element.onlyCountries = 'HR,GB'
      await page.settle()
      expect(page.select!.value, 'the site’s own first country').to.equal('HR')
      page.element.reset()
      expect(page.phone.value).to.equal('')
    })
  }
})
