import { expect } from '@open-wc/testing'
import { answer, callsTo, manyCountries, site } from './test/fake-server.js'
import { mount, press, pressShiftTab, type, type Harness } from './test/harness.js'

/** An element of a site with many countries. */
function mountMany(attributes = '', options: Parameters<typeof mount>[1] = {}): Promise<Harness> {
  return mount(attributes, { before: () => answer('/v1/sites', { json: site(manyCountries()) }), ...options })
}

/** An element whose list is open. */
async function open(options: Parameters<typeof mount>[1] = {}, attributes = ''): Promise<Harness> {
  const page = await mountMany(attributes, options)
  await page.openList()
  return page
}

const isOpen = ({ shadow }: Harness) => shadow.querySelector(':popover-open') !== null

/** The country that Enter would choose, as a screen reader says it. */
function active({ shadow, search }: Harness): string | undefined {
  const option = shadow.getElementById(search!.getAttribute('aria-activedescendant') ?? '')
  return option?.textContent.replace(/\s+/g, ' ').trim()
}

/** Whether what Enter would choose is to be seen. */
function isInView({ shadow }: Harness): boolean {
  const list = shadow.querySelector('[role=listbox]')!.getBoundingClientRect()
  const { top, bottom } = shadow.querySelector('[aria-selected=true]')!.getBoundingClientRect()
  return top >= list.top - 1 && bottom <= list.bottom + 1
}

/** Types into the search field, and waits for what it finds. */
async function look(page: Harness, text: string): Promise<string[]> {
  page.search!.value = text
  page.search!.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }))
  await page.settle()
  return page.listed
}

describe('the list of countries of <otp-verify>', () => {
  it('is drawn when it is opened, and no row of it before or afterwards', async () => {
    const page = await mountMany()
    const rows = () => page.shadow.querySelectorAll('[role=option], [role=combobox]').length
    expect([rows(), isOpen(page)]).to.deep.equal([0, false])
    await page.openList()
    expect([rows(), isOpen(page)]).to.deep.equal([15, true])
    await press('Escape')
    await page.settle()
    expect([rows(), isOpen(page)]).to.deep.equal([0, false])
  })

  it('is the platform’s own where a site serves few countries, or a page offers few', async () => {
    expect([(await mount()).select !== null, (await mount()).opener]).to.deep.equal([true, null])
    const narrowed = await mountMany('only-countries="HR,DE"')
    expect([narrowed.select !== null, narrowed.opener]).to.deep.equal([true, null])
  })

  it('begins at the country that is chosen, and names all in the language of the page', async () => {
    const page = await open({ lang: 'de' }, 'initial-country="us"')
    expect(page.listed.slice(0, 3)).to.deep.equal(['Ålandinseln', 'Côte d’Ivoire', 'Deutschland'])
    expect(active(page)).to.equal('Vereinigte Staaten +1')
    expect(isInView(page)).to.equal(true)
    const { outlineStyle, outlineColor } = getComputedStyle(
      page.shadow.querySelector('[aria-selected=true]')!,
    )
    const accent = getComputedStyle(page.search!).borderBottomColor
    expect([outlineStyle, outlineColor]).to.deep.equal(['solid', accent])
  })

  it('finds a country by name, whatever the case and the accents, in the page’s language and in English', async () => {
    const page = await open({ lang: 'de' })
    expect(await look(page, 'KROA')).to.deep.equal(['Kroatien'])
    expect(await look(page, 'cote')).to.deep.equal(['Côte d’Ivoire'])
    expect(await look(page, 'osterr')).to.deep.equal(['Österreich'])
    expect(await look(page, 'croa')).to.deep.equal(['Kroatien'])
    expect(await look(page, 'uk')).to.deep.equal(['Vereinigtes Königreich', 'Ukraine'])
    expect(await look(page, ' ')).to.have.length(14)
  })

  it('finds a country by its calling code and its ISO code', async () => {
    const page = await open()
    for (const typed of ['385', '+385', '+38', 'hr', 'HR'])
      expect((await look(page, typed))[0], typed).to.equal('Croatia')
    // The main one of those that share a calling code comes first, and is what Enter means.
    expect(await look(page, '+1')).to.deep.equal(['United States', 'Canada'])
    expect((await look(page, 'ch'))[0]).to.equal('Switzerland')
  })

  it('puts whole words and beginnings first, which Enter then means', async () => {
    const page = await open()
    expect((await look(page, 'land')).join()).to.equal('Åland Islands,Finland,Switzerland,United Kingdom')
    expect(await look(page, 'un')).to.deep.equal(['United Kingdom', 'United States'])
    expect((await look(page, 'a'))[0]).to.equal('Åland Islands')
  })

  it('chooses nothing with the Enter that ends a composition in Safari', async () => {
    const page = await open()
    await look(page, 'germ')
    page.search!.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true }))
    await page.settle()
    expect(isOpen(page)).to.equal(true)
  })

  it('is used by keyboard alone: opened, gone through, searched, chosen from, and left where it was', async () => {
    const page = await mountMany()
    page.opener!.focus()
    await press('Enter')
    await page.listOpens()
    const visited = [active(page)]
    for (const key of ['ArrowDown', 'ArrowUp', 'Home', 'ArrowUp', 'ArrowDown', 'End']) {
      await press(key)
      await page.settle()
      visited.push(active(page))
    }
    expect(visited).to.deep.equal([
      ...['Croatia +385', 'Finland +358', 'Croatia +385', 'Åland Islands +358', 'United States +1'],
      ...['Åland Islands +358', 'United States +1'],
    ])
    await type('germ')
    await page.settle()
    expect(active(page)).to.equal('Germany +49')
    await press('Enter')
    await page.settle()
    expect([isOpen(page), page.shadow.activeElement]).to.deep.equal([false, page.opener])
    expect(page.opener!.textContent.replace(/\s+/g, '')).to.equal('DE+49')
  })

  it('scrolls what Enter means into view', async () => {
    const page = await open()
    await press('End')
    await page.settle()
    expect(isInView(page)).to.equal(true)
  })

  it('is left by Escape, which the page never hears, with the country as it was and the focus on its button', async () => {
    const page = await open()
    const heard: string[] = []
    const listener = ({ key }: KeyboardEvent) => heard.push(key)
    document.addEventListener('keydown', listener)
    await press('ArrowDown')
    await press('Escape')
    document.removeEventListener('keydown', listener)
    await page.settle()
    expect([isOpen(page), page.shadow.activeElement, heard]).to.deep.equal([false, page.opener, []])
    expect(page.opener!.textContent).to.contain('HR')
  })

  it('is hidden once when it closes: browsers write of more on the console', async () => {
    const page = await open()
    const list = page.shadow.querySelector<HTMLElement>('.countries')!
    let times = 0
    list.hidePopover = () => {
      times++
      HTMLElement.prototype.hidePopover.call(list)
    }
    await press('Escape')
    await page.openList()
    await press('Enter')
    await page.openList()
    page.opener!.click()
    await page.settle()
    expect([isOpen(page), times]).to.deep.equal([false, 2])
  })

  it('is left by Tab in either direction, and closes', async () => {
    const page = await open()
    await press('Tab')
    await page.settle()
    expect([isOpen(page), document.activeElement]).to.deep.equal([false, page.phone])
    await page.openList()
    await pressShiftTab()
    await page.settle()
    expect([isOpen(page), page.shadow.activeElement]).to.deep.equal([false, page.opener])
  })

  it('never submits the page’s form, nor sends a code, by Enter', async () => {
    const page = await mountMany('', { form: true })
    let submitted = 0
    page.element.form!.addEventListener('submit', (event) => (event.preventDefault(), submitted++))
    // A number that a code could be sent to.
    page.phone.value = '912345667'
    page.phone.dispatchEvent(new InputEvent('input', { bubbles: true }))
    await page.openList()
    await look(page, 'atlantis')
    await press('Enter')
    expect([isOpen(page), page.text.includes('No country found')]).to.deep.equal([true, true])
    await look(page, '')
    await press('Enter')
    await page.settle()
    expect([submitted, callsTo('/v1/verifications').length]).to.deep.equal([0, 0])
    expect([...new FormData(page.element.form!)]).to.deep.equal([])
  })

  it('takes a click on a row, and keeps typing where it was while one looks around', async () => {
    const page = await open()
    const row = page.shadow.getElementById('AT')!
    const down = new MouseEvent('mousedown', { bubbles: true, cancelable: true })
    row.dispatchEvent(down)
    expect(down.defaultPrevented).to.equal(true)
    row.click()
    await page.settle()
    expect([isOpen(page), page.opener!.textContent.includes('AT')]).to.deep.equal([false, true])
    await page.start('6601234567')
    expect(callsTo('/v1/verifications')[0]!.body['phoneNumber']).to.equal('+436601234567')
  })

  it('follows a number that is typed with its calling code', async () => {
    const page = await mountMany()
    page.phone.focus()
    await type('+49')
    await page.settle()
    await page.openList()
    expect(active(page)).to.equal('Germany +49')
  })

  it('tells screen readers what is chosen, what is open and what is found', async () => {
    const page = await mountMany()
    expect(page.opener!.ariaLabel).to.equal('Country Croatia \u2066HR +385\u2069')
    expect(page.opener!.ariaExpanded).to.equal('false')
    await page.openList()
    expect(page.opener!.ariaExpanded).to.equal('true')
    const { search, shadow } = page
    const box = shadow.getElementById(search!.getAttribute('aria-controls')!)!
    expect([search!.ariaLabel, box.role, box.ariaLabel]).to.deep.equal([
      ...['Search countries', 'listbox', 'Country'],
    ])
    await press('ArrowDown')
    await page.settle()
    const current = [...shadow.querySelectorAll('[aria-current=true]')].map(({ id }) => id)
    expect([current, search!.getAttribute('aria-activedescendant')]).to.deep.equal([['HR'], 'FI'])
    await look(page, 'atlantis')
    expect(search!.hasAttribute('aria-activedescendant')).to.equal(false)
    expect(shadow.querySelector('.none')!.textContent).to.equal('No country found')
    expect(shadow.querySelector('.none')!.role).to.equal('status')
  })

  it('reads from right to left in Arabic, with calling codes from left to right', async () => {
    const page = await open({ lang: 'ar' })
    const [name, callingCode] = page.shadow.querySelector('[role=option]')!.children
    expect(name!.getBoundingClientRect().left).to.be.above(callingCode!.getBoundingClientRect().right)
    expect(getComputedStyle(callingCode!).direction).to.equal('ltr')
    expect(await look(page, 'كرو')).to.deep.equal(['كرواتيا'])
  })

  it('cannot be opened while a code is sent, when disabled, and is not there for a number of the page’s', async () => {
    const page = await mountMany()
    answer('/v1/verifications', () => new Promise(() => {}))
    await page.start()
    expect(page.opener!.disabled).to.equal(true)
    expect((await mountMany('disabled')).opener!.disabled).to.equal(true)
    const fixed = await mountMany('phone="+385912345667" readonly-phone')
    expect([fixed.opener, fixed.select]).to.deep.equal([null, null])
  })

  it('closes when the page locks the number, or takes the choice away, and opens again afterwards', async () => {
    const page = await open()
    for (const change of [{ disabled: true }, { disabled: false, readonlyPhone: true }]) {
      Object.assign(page.element, change)
      await page.settle()
      expect([isOpen(page), page.listed], JSON.stringify(change)).to.deep.equal([false, []])
      Object.assign(page.element, { disabled: false, readonlyPhone: false })
      await page.settle()
      await page.openList()
      expect(page.listed).to.have.length(14)
    }
  })

  it('closes when the page offers other countries, so that none is chosen that is gone', async () => {
    const page = await open()
    page.element.excludeCountries = 'AT'
    await page.settle()
    expect([isOpen(page), page.listed]).to.deep.equal([false, []])
    await page.openList()
    expect(page.listed).to.have.length(13)
  })

  it('is closed by what opened it, which must not have the focus before the press has ended', async () => {
    const page = await open()
    const opener = page.shadow.querySelector<HTMLElement>('button.country')!
    const down = new MouseEvent('mousedown', { bubbles: true, cancelable: true })
    opener.dispatchEvent(down)
    expect(down.defaultPrevented).to.equal(true)
    opener.click()
    await page.settle()
    expect([isOpen(page), page.listed]).to.deep.equal([false, []])
  })

  it('is closed when the page moves the element', async () => {
    const page = await open()
    const main = document.createElement('main')
    page.element.after(main)
    main.append(page.element)
    await page.settle()
    expect([isOpen(page), page.listed]).to.deep.equal([false, []])
    await page.openList()
    expect(isOpen(page)).to.equal(true)
  })
})
