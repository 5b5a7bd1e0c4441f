import { html, type TemplateResult } from 'lit'
import { TAGS } from '../../widget/locales/tags.js'

/** What can be chosen about how everything is shown; the first of each list is usual. */
const CHOICES = {
  theme: ['auto', 'light', 'dark'],
  dir: ['auto', 'ltr', 'rtl'],
  width: ['448', '320', '400', 'full'],
  time: ['still', 'running'],
} as const

const WORDS: Record<keyof typeof CHOICES, string> = {
  theme: 'Theme',
  dir: 'Direction',
  width: 'Width',
  time: 'Time',
}

/** How everything is shown, as the page's address says it. */
export type Settings = { [Name in keyof typeof CHOICES]: (typeof CHOICES)[Name][number] } & {
  lang: string
  /** The scene that the designs of others show. */
  host: string
}

const NAMES = Object.keys(CHOICES) as (keyof typeof CHOICES)[]

/** What an address says; what it does not, or says wrongly, is as usual. */
export function settingsOf(address: string): Settings {
  const query = new URL(address).searchParams
  const entries = NAMES.map((name) => {
    const choices: readonly string[] = CHOICES[name]
    const wish = query.get(name) ?? ''
    return [name, choices.includes(wish) ? wish : choices[0]]
  })
  const lang = query.get('lang') ?? ''
  return {
    ...(Object.fromEntries(entries) as Omit<Settings, 'lang' | 'host'>),
    lang: ['en', ...TAGS].includes(lang) ? lang : 'en',
    host: query.get('host') ?? 'empty',
  }
}

/** The address that says it. */
export function addressOf(address: string, settings: Settings): string {
  const url = new URL(address)
  const usual = settingsOf(url.origin)
  for (const [name, value] of Object.entries(settings)) {
    if (value === usual[name as keyof Settings]) url.searchParams.delete(name)
    else url.searchParams.set(name, value)
  }
  return url.href
}

/** The switches at the top of the page. */
export function switches(settings: Settings, choose: (changes: Partial<Settings>) => void): TemplateResult {
  return html`${NAMES.map(
      (name) =>
        html`<fieldset>
          <legend>${WORDS[name]}</legend>
          <div class="choices">
            ${CHOICES[name].map(
              (value) =>
                html`<label>
                  <input
                    type="radio"
                    name=${name}
                    value=${value}
                    .checked=${settings[name] === value}
                    @change=${() => choose({ [name]: value })}
                  />${value}
                </label>`,
            )}
          </div>
        </fieldset>`,
    )}
    <label>
      <span class="name">Language</span>
      <select
        name="lang"
        @change=${({ target }: Event) => choose({ lang: (target as HTMLSelectElement).value })}
      >
        ${['en', ...TAGS].map(
          (tag) => html`<option value=${tag} ?selected=${tag === settings.lang}>${nameOf(tag)}</option>`,
        )}
      </select>
    </label>`
}

/** A language's name for itself. */
function nameOf(tag: string): string {
  return new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag
}
