import { expect } from '@open-wc/testing'
import { answer, calls, SERVER, site } from './test/fake-server.js'
import { mount, type Harness } from './test/harness.js'

/** What runs in a page that takes a text for markup, an address or code. */
const RUN = 'window.hacked=1'
const TAGS = [
  `<img src=x onerror=${RUN}>`,
  `<svg/onload=${RUN}>`,
  `<svg><script>${RUN}</script></svg>`,
  `<script>${RUN}</script>`,
  `<iframe srcdoc="<script>parent.hacked=1</script>"></iframe>`,
  `<video><source onerror=${RUN}></video>`,
  `<input autofocus onfocus=${RUN}>`,
  `<details open ontoggle=${RUN}>`,
  `<a href=javascript:${RUN} id=fetch>x</a>`,
  `<style>@keyframes x{}</style><b style="animation-name:x" onanimationstart=${RUN}>`,
  `<math><mi><img src=x onerror=${RUN}></mi></math>`,
]
const BEFORE = [
  '',
  '"><',
  "'>",
  '-->',
  '</style>',
  '</option></select>',
  '<!--><',
  '</template>',
  '\u0000',
  '&lt;/b&gt;',
]
const BARE = [
  ...[
    `javascript:${RUN}`,
    `JaVaScRiPt:${RUN}`,
    `java\tscript:${RUN}`,
    `data:text/html,<script>${RUN}</script>`,
  ],
  ...[
    `';${RUN};//`,
    `";${RUN};//`,
    `\${${RUN}}`,
    `{{${RUN}}}`,
    `</otp-verify>`,
    `__proto__`,
    `constructor.constructor`,
  ],
]
const PAYLOADS = [...BEFORE.flatMap((before) => TAGS.map((tag) => before + tag)), ...BARE]
const globals = window as unknown as Record<string, unknown>

describe('<otp-verify> in a hostile page', () => {
  it('cannot be sent to another server by any attribute (SR-H03)', async () => {
    const page = await mount(
      [
        'server',
        'server-url',
        'api-url',
        'api-base',
        'src',
        'href',
        'base',
        'action-url',
        'endpoint',
        'configure',
      ]
        .map((name) => `${name}="https://evil.example"`)
        .join(' '),
    )
    await page.start()
    await page.fill('123456')
    expect(calls).to.have.length(3)
    for (const { url } of calls) expect(url.startsWith(`${SERVER}/v1/`)).to.equal(true)
  })

  it('uses the server that the page’s code set on the one element', async () => {
    const page = await mount()
    page.element.server = `${SERVER}/api/otp/`
    await page.settle()
    expect(calls.at(-1)!.url).to.equal(`${SERVER}/api/otp/v1/sites/shop`)
  })

  /** Expects that nothing of it has become an element, in the page or in ours, and that nothing has run. */
  function expectText(page: Harness, payload: string): void {
    const made =
      'img, script, iframe, video, source, details, math, style:not([nonce]), [onload], [onerror], [href^=javascript]'
    for (const root of [page.element, page.shadow.querySelector('.root')!]) {
      expect(
        [...root.querySelectorAll(made)].map(({ outerHTML }) => outerHTML),
        payload,
      ).to.deep.equal([])
      for (const { attributes } of root.querySelectorAll('*')) {
        expect(
          [...attributes].filter(({ name }) => name.startsWith('on')),
          payload,
        ).to.have.length(0)
      }
    }
    expect(globals['hacked'], payload).to.equal(undefined)
  }

  const attributes = [
    ...[
      'action',
      'cdata',
      'token-nonce',
      'phone',
      'initial-country',
      'only-countries',
      'preferred-countries',
    ],
    ...['channel', 'theme', 'name', 'lang', 'locale', 'data-callback', 'data-error-callback'],
  ]
  const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll("'", '&#39;')

  for (const payload of PAYLOADS) {
    it(`treats ${payload} as text wherever it comes from (SR-H01)`, async () => {
      const page = await mount(attributes.map((name) => `${name}='${escaped(payload)}'`).join(' '))
      const json = site({
        ...{ sitekey: payload, countries: [payload, 'HR'], initialCountry: payload },
        callingCodes: { [payload]: '1', HR: '385' },
      })
      const abroad = await mount('', { before: () => answer('/v1/sites', { json }) })
      expect([...abroad.select!.options].map(({ value }) => value)).to.include(payload)
      expectText(abroad, payload)
      answer('/v1/sites', { json: { ...site(), sitekey: payload } })
      answer('/v1/verifications', { status: 422, json: { code: payload, title: payload, detail: payload } })
      await page.start()
      expect(page.message).to.equal('The service is not available. Please try again soon.')
      expectText(page, payload)
    })
  }

  it('works where the page’s markup has taken global names (SR-H05)', async () => {
    const clobber = document.createElement('div')
    for (const id of ['fetch', 'crypto', 'customElements', 'sessionStorage', 'currentScript', 'onVerified']) {
      const form = document.createElement('form')
      form.id = id
      form.setAttribute('name', id)
      clobber.append(form)
    }
    document.body.append(clobber)
    const page = await mount('data-callback="onVerified"')
    await page.start()
    await page.fill('123456')
    expect(page.state('verified')).to.equal(true)
    clobber.remove()
  })

  it('calls the global functions that its attributes name', async () => {
    const told: unknown[][] = []
    globals['onProof'] = (...args: unknown[]) => told.push(['proof', ...args])
    globals['onGone'] = (...args: unknown[]) => told.push(['gone', ...args])
    globals['onTrouble'] = (...args: unknown[]) => told.push(['trouble', ...args])
    const page = await mount(
      'data-callback="onProof" data-expired-callback="onGone" data-error-callback="onTrouble"',
    )
    await page.click('Send code')
    await page.start()
    await page.fill('123456')
    await page.passSeconds(241)
    await page.passSeconds(1)
    expect(told).to.deep.equal([
      ['trouble', 'invalid_phone_number'],
      ['proof', 'header.claims.signature'],
      ['gone'],
    ])
  })

  it('calls no path, no expression and nothing inherited', async () => {
    const told: string[] = []
    globals['shop'] = { onProof: () => told.push('path') }
    for (const name of ['shop.onProof', 'shop', 'toString', 'constructor', 'alert(1)', '__proto__', '']) {
      const page = await mount(`data-callback="${name}"`)
      await page.start()
      await page.fill('123456')
      expect(page.state('verified'), name).to.equal(true)
    }
    expect(told).to.deep.equal([])
  })

  it('calls no function of the browser, which could carry the token away, nor what a page has put around one', async () => {
    const told: unknown[] = []
    const listener = (event: ErrorEvent) => told.push(event.message)
    const functions = ['open', 'fetch', 'eval', 'postMessage', 'setTimeout', 'setInterval'] as const
    const carriers = [...functions, 'WebSocket', 'EventSource'] as const
    const own = carriers.map((name) => window[name])
    const mocha = window.onerror
    window.onerror = null
    window.addEventListener('error', listener)
    try {
      // That it was called would be an error of the page's.
      for (const name of ['atob', 'queueMicrotask', 'Promise', ...carriers]) {
        const page = await mount(`data-callback="${name}"`)
        for (const carrier of carriers) {
          const before = window[carrier] as unknown as (...args: unknown[]) => unknown
          Object.assign(window, {
            [carrier](...args: unknown[]) {
              if (String(args[0]).startsWith('header.')) told.push(carrier)
              return before.apply(window, args)
            },
          })
        }
        await page.start()
        await page.fill('123456')
        expect(page.state('verified'), name).to.equal(true)
        carriers.forEach((carrier, n) => Object.assign(window, { [carrier]: own[n] }))
      }
    } finally {
      carriers.forEach((carrier, n) => Object.assign(window, { [carrier]: own[n] }))
      window.removeEventListener('error', listener)
      window.onerror = mocha
    }
    expect(told).to.deep.equal([])
  })

  it('calls a function that the page has bound', async () => {
    const told: string[] = []
    globals['onProof'] = function (this: string, token: string) {
      told.push(this + token)
    }.bind('of ')
    const page = await mount('data-callback="onProof"')
    await page.start()
    await page.fill('123456')
    expect(told).to.deep.equal(['of header.claims.signature'])
  })

  it('goes on when the page’s function throws, and reports the error as the page’s', async () => {
    const reports: string[] = []
    const listener = (event: ErrorEvent) => {
      event.preventDefault()
      reports.push(event.message)
    }
    const mocha = window.onerror
    window.onerror = null
    window.addEventListener('error', listener)
    globals['onProof'] = () => {
      throw new Error('the page’s own')
    }
    const page = await mount('data-callback="onProof"')
    await page.start()
    await page.fill('123456')
    window.removeEventListener('error', listener)
    window.onerror = mocha
    expect(page.state('verified')).to.equal(true)
    expect(reports.join()).to.contain('the page’s own')
  })

  it('writes nothing to the console and never shows the whole number after it was sent (SR-H13)', async () => {
    const written: unknown[][] = []
    const before = { ...console }
    for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const) {
      console[name] = (...args: unknown[]) => void written.push(args)
    }
    try {
      const page = await mount()
      await page.start()
      expect(page.element.innerText + page.text + page.live).to.not.contain('5667')
      await page.fill('123456')
      expect(page.element.innerText + page.text + page.live).to.not.contain('5667')
      await page.passSeconds(241)
      await page.passSeconds(1)
      await page.click('Verify again')
      await page.click('Send code')
    } finally {
      Object.assign(console, before)
    }
    expect(written).to.deep.equal([])
  })

  it('loads nothing that a custom property names (SR-H04)', async () => {
    const page = await mount()
    const evil = `${location.origin}/evil-${Math.trunc(performance.now())}.png`
    for (const name of [
      'accent',
      'on-accent',
      'text',
      'muted',
      'surface',
      'border',
      'danger',
      'success',
      'radius',
    ]) {
      page.element.style.setProperty(`--otp-${name}`, `url(${evil})`)
    }
    await page.start()
    expect(performance.getEntriesByName(evil)).to.have.length(0)
  })
})
