import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { PATHS } from '../../contract/index.js'
import { en } from '../../widget/locales/en.js'
import { FORM, proveNumber, startOwnPages, type OwnPages } from './own-page.js'
import { launchBrowser, type Visit } from './visit.js'

let pages: OwnPages
let browser: Browser
let visit: Visit
let number: string
let numbers = 0

beforeAll(async () => {
  ;[pages, browser] = await Promise.all([startOwnPages(), launchBrowser()])
})
afterAll(async () => {
  await browser.close()
  await pages.stop()
})
beforeEach(() => {
  number = `+1203555${1000 + numbers++}`
})
afterEach(async () => {
  expect(visit.complaints).toEqual([])
  await visit.close()
})

/** What scripts of a page do to it before ours runs, as published where a name is given. */
const TAMPERED: Record<string, string> = {
  'adds to arrays and objects what loops come by': `
    Array.prototype.last = function () { return this[this.length - 1] }
    Object.prototype.extend = function () {}
    Object.prototype.vendor = 'x'`,
  'has replaced what arrays can do (Prototype.js)': `
    Array.from = function $A(iterable) {
      if (!iterable) return []
      if ('toArray' in Object(iterable)) return iterable.toArray()
      let length = iterable.length || 0
      const results = new Array(length)
      while (length--) results[length] = iterable[length]
      return results
    }
    Array.prototype.entries = Array.prototype.toArray = function () { return this.slice() }
    Array.prototype.find = function (test) { for (const each of this) if (test(each)) return each }
    Array.prototype.toJSON = function () { return '[' + this.join() + ']' }`,
  'has replaced what elements can do (Prototype.js)': `
    Element.prototype.remove = function () { this.parentNode.removeChild(this); return this }
    for (const name of ['update', 'replace', 'show', 'hide', 'toggle', 'match', 'empty', 'select', 'fire'])
      HTMLElement.prototype[name] = function () { throw new Error(name) }
    Object.defineProperty(Element.prototype, 'tool', { enumerable: true, get() { throw new Error('tool') } })`,
  'watches everything (monitoring)': `
    for (const [owner, name] of [[JSON, 'parse'], [JSON, 'stringify'], [window, 'fetch'], [Element.prototype, 'attachShadow'],
      [Element.prototype, 'setAttribute'], [CustomElementRegistry.prototype, 'define'], [Storage.prototype, 'setItem']]) {
      const real = owner[name]
      owner[name] = function (...args) { return real.apply(this, args) }
    }
    const listen = EventTarget.prototype.addEventListener
    EventTarget.prototype.addEventListener = function (type, listener, options) {
      const wrapped = typeof listener === 'function' ? function (event) { return listener.call(this, event) } : listener
      return listen.call(this, type, wrapped, options)
    }
    for (const name of ['slot', 'part', 'role', 'ariaInvalid']) {
      const { get, set } = Object.getOwnPropertyDescriptor(Element.prototype, name)
      Object.defineProperty(Element.prototype, name, {
        get() { return get.call(this) }, set(value) { set.call(this, value) }, configurable: true, enumerable: true,
      })
    }`,
  'takes part in module systems that are not there': `
    window.module = { exports: {} }; window.exports = module.exports; window.process = { env: {} }
    window.define = () => { throw new Error('define') }; window.define.amd = {}`,
  'has a scoped registry of custom elements that subclasses': `
    const define = customElements.define
    customElements.define = function (name, Class, options) { define.call(this, name, class extends Class {}, options) }`,
  'styles everything away': `
    const style = document.createElement('style')
    style.textContent = '* { all: unset !important; display: none } html, body, form { display: block !important }'
    document.head.append(style)`,
}

describe('a page whose own scripts were there first', () => {
  it.each(Object.entries(TAMPERED))('proves a number all the same where it %s', async (_what, script) => {
    const body = FORM.replace('required>', 'required><input slot="phone">')
    visit = await pages.open(browser, { head: `<script>{${script}\n}</script>`, body: body + pages.script })
    await proveNumber(visit, pages.stack, number, en)
    const { page } = visit
    expect(await page.locator('form').evaluate((form) => (form as HTMLFormElement).checkValidity())).toBe(
      true,
    )
    await visit.press(en.changeNumber)
    await visit.enterNumber(number)
    await visit.sendCode()
    await visit.sees(en.verify)
    expect(await page.locator('otp-verify [part=box]').count()).toBe(6)
  })

  it('has its calls go to the script’s server, though an image calls itself the current script (SR-H03, SR-H05)', async () => {
    const asked: string[] = []
    const evil = createServer(({ url }, response) => {
      asked.push(url!)
      response.setHeader('Content-Type', 'image/svg+xml').end('<svg xmlns="http://www.w3.org/2000/svg"/>')
    }).listen(0, '127.0.0.1')
    onTestFinished(() => {
      evil.close()
      evil.closeAllConnections()
    })
    await once(evil, 'listening')
    const address = `http://127.0.0.1:${(evil.address() as AddressInfo).port}${PATHS.script}`
    visit = await pages.open(browser, {
      body: `<img name="currentScript" src="${address}" alt="">${FORM}${pages.script}`,
    })
    expect(await visit.page.evaluate(() => document.currentScript?.tagName)).toBe('IMG')
    await proveNumber(visit, pages.stack, number, en)
    expect(asked).toEqual([PATHS.script])
  })

  it('is sent no code by a fetch that it replaces later (SR-H06)', async () => {
    visit = await pages.open(browser, { body: FORM + pages.script })
    await visit.sees(en.send)
    await visit.page.evaluate(() => {
      window.fetch = () => {
        console.error('asked the page')
        return Promise.reject(new TypeError('no'))
      }
    })
    await proveNumber(visit, pages.stack, number, en)
  })
})
