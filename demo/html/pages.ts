import { html } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import { WORDS, type Language, type Refusal } from './words.js'

/** How a visitor sees the shop: `?lang=ar` and `?theme=dark` or `light` of the address. */
export interface View {
  language: Language
  /** `undefined` follows the system. */
  theme: 'light' | 'dark' | undefined
}

/** What the sign-up form needs besides its words. */
export interface FormSettings {
  /** Public URL of the otp-verify server, without a trailing slash. */
  server: string
  sitekey: string
  /** The action a token must have been issued for. */
  action: string
  nonce: string
  /** Where the sandbox shows its messages, when there is a sandbox. */
  inbox: string | undefined
}

type Markup = HtmlEscapedString | Promise<HtmlEscapedString>

/** The page with the sign-up form and the one tag that this demo is about. */
export function signUpPage(view: View, { server, sitekey, action, nonce, inbox }: FormSettings): Markup {
  const words = WORDS[view.language]
  const script = html`<script src="${server}/otp-verify.js" defer></script>`
  const themeAttribute = view.theme ? html`theme="${view.theme}"` : ''
  const content = html`
    <h1>${words.heading}</h1>
    <p class="lead">${words.lead}</p>
    <form method="post" action="${address('/signup', view)}">
      <label>
        <span>${words.name}</span>
        <input name="name" autocomplete="name" maxlength="100" required />
      </label>
      <label>
        <span>${words.email}</span>
        <input name="email" type="email" autocomplete="email" maxlength="200" dir="ltr" required />
      </label>
      <otp-verify sitekey="${sitekey}" action="${action}" token-nonce="${nonce}" ${themeAttribute} required>
        <a slot="fallback" href="mailto:hello@clayandkiln.example">${words.otherWay}</a>
      </otp-verify>
      <button>${words.submit}</button>
    </form>
    ${inbox ? html`<p class="note">${words.inboxHint} <a href="${inbox}" target="_blank">${words.inbox}</a></p>` : ''}
    <p class="note">${words.terms}</p>
  `
  return page(view, words.heading, content, script)
}

/** The page after a sign-up whose number was proven. */
export function welcomePage(view: View, name: string, phoneNumber: string): Markup {
  const words = WORDS[view.language]
  const content = html`
    <h1>${words.welcome(name)}</h1>
    <p class="lead">${words.confirmed}</p>
    <p class="number" dir="ltr">${phoneNumber}</p>
    <p class="note">${words.proof}</p>
    <p><a class="button" href="${address('/', view)}">${words.again}</a></p>
  `
  return page(view, words.welcome(name), content)
}

/** The page after a sign-up that was refused, with the reason. */
export function refusalPage(view: View, refusal: Refusal): Markup {
  const words = WORDS[view.language]
  const content = html`
    <h1>${words.refused}</h1>
    <p class="lead" role="alert" data-refusal="${refusal}">${words.refusals[refusal]}</p>
    <p><a class="button" href="${address('/', view)}">${words.back}</a></p>
  `
  return page(view, words.refused, content)
}

function page(view: View, title: string, content: Markup, script: Markup | '' = ''): Markup {
  const words = WORDS[view.language]
  const other = view.language === 'en' ? 'ar' : 'en'
  return html`<!doctype html>
    <html
      lang="${view.language}"
      dir="${view.language === 'ar' ? 'rtl' : 'ltr'}"
      data-theme="${view.theme ?? 'auto'}"
    >
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · ${words.shop}</title>
        <link rel="icon" type="image/svg+xml" href="/shop.svg" />
        <link rel="stylesheet" href="/shop.css" />
        ${script}
      </head>
      <body>
        <header>
          <a class="brand" href="${address('/', view)}">
            <img src="/shop.svg" alt="" width="36" height="36" />
            <span><b>${words.shop}</b><small>${words.tagline}</small></span>
          </a>
          <nav>
            <a href="${address('/', { ...view, theme: 'light' })}">${words.lighter}</a>
            <a href="${address('/', { ...view, theme: 'dark' })}">${words.darker}</a>
            <a href="${address('/', { ...view, language: other })}" lang="${other}">${words.otherLanguage}</a>
          </nav>
        </header>
        <div class="room">
          <img class="shelf" src="/shelf.svg" alt="" width="520" height="420" />
          <main>${content}</main>
        </div>
      </body>
    </html>`
}

/** An address of the shop that keeps the language and the theme. */
function address(path: string, { language, theme }: View): string {
  const query = new URLSearchParams({ ...(language !== 'en' && { lang: language }), ...(theme && { theme }) })
  return query.size > 0 ? `${path}?${query.toString()}` : path
}
