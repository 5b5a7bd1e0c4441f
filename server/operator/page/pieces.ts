import { html, svg, type TemplateResult } from 'lit'
import { inHours } from './figures.js'

/** A part of the page with a heading of its own. */
export function panel(title: string, content: unknown, kind = ''): TemplateResult {
  return html`<section class="panel ${kind}">
    <h2>${title}</h2>
    ${content}
  </section>`
}

/** A bar beside its number, which says the same. @param share between 0 and 1 */
export function bar(share: number): TemplateResult {
  const width = `${Math.round(Math.min(1, share) * 1000) / 10}%`
  return html`<svg class="bar" aria-hidden="true">
    ${svg`<rect width=${width} height="100%" rx="2"></rect>`}
  </svg>`
}

/** The shape of a day beside its sum, hour by hour. */
export function sparkline(list: readonly number[]): TemplateResult {
  const hours = inHours(list)
  const most = Math.max(1, ...hours)
  const points = hours.map((count, at) => `${at * 4},${24 - (count / most) * 22}`)
  return html`<svg class="sparkline" viewBox="0 0 92 26" preserveAspectRatio="none" aria-hidden="true">
    ${svg`<path class="area" d=${`M0,26 L${points.join(' L')} L92,26 Z`}></path><polyline points=${points.join(' ')}></polyline>`}
  </svg>`
}

/** A table by its columns. @param heads the words over them, or a whole cell */
export function table(
  name: string,
  heads: readonly (string | TemplateResult)[],
  rows: readonly TemplateResult[],
): TemplateResult {
  const cells = heads.map((head) => (typeof head === 'string' ? html`<th scope="col">${head}</th>` : head))
  return html`<table class=${name}>
    <thead>
      <tr>
        ${cells}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`
}
