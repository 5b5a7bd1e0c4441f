import { html, nothing, type TemplateResult } from 'lit'
import { live } from 'lit/directives/live.js'
import type { OperatorReport } from '../report.js'
import { hoursOf, latest, sum, type Figures } from './figures.js'
import { bar, panel, sparkline, table } from './pieces.js'
import type { Shown } from './shown.js'
import { sideView } from './side-view.js'
import { countryName, inMilliseconds, inNumbers, inPercent, inTime, inWords, reasonText } from './words.js'

/** The whole page. Charts are drawn into the elements of class `canvas` afterwards. */
export function view(shown: Shown): TemplateResult {
  const { report, figures } = shown
  return html`
    <header>
      <h1>otp-verify <small>the last 24 hours</small></h1>
      ${chooser(shown)} ${liveness(shown)}
    </header>
    <main>
      ${notices(shown)} ${tiles(figures, report)}
      ${figures.totals.sent + figures.totals.refused === 0 ? nothingYet() : nothing} ${sends(figures, report)}
      <div class="columns">${countries(figures)} ${refusals(figures)}</div>
      ${sideView(shown)}
    </main>
    <footer>
      <p>
        ${report.version ? html`Version ${report.version} · ` : nothing}up for
        ${inWords(report.now - report.startedAt)} · times are in your time zone, budgets end at midnight UTC
      </p>
      <p><a href="metrics">metrics</a> <a href="day.json">day.json</a> <a href="readyz">readyz</a></p>
    </footer>
  `
}

function chooser({ report: { sites }, sitekey, choose }: Shown): TemplateResult | typeof nothing {
  if (sites.length < 2) return nothing
  const change = (event: Event) => choose((event.target as HTMLSelectElement).value || undefined)
  return html`<label class="chooser"
    >Site
    <select @change=${change}>
      <option value="" .selected=${live(sitekey === undefined)}>All ${sites.length}</option>
      ${sites.map((site) => html`<option .selected=${live(site.sitekey === sitekey)}>${site.sitekey}</option>`)}
    </select></label
  >`
}

function liveness({ silentSince }: Shown): TemplateResult {
  return silentSince === undefined
    ? html`<p class="liveness" role="status">Live</p>`
    : html`<p class="liveness silent" role="status">No answer since ${inTime(silentSince)}; trying again</p>`
}

function notices({ report, sitekey }: Shown): TemplateResult | typeof nothing {
  const shadows = report.sites.filter((site) => site.shadow && (sitekey ?? site.sitekey) === site.sitekey)
  const texts = [
    ...(report.servers > 1
      ? [
          `One of ${report.servers} servers on the store: these figures are of this one alone. Budgets and pauses are of all.`,
        ]
      : []),
    ...(report.startedAt > report.day.from
      ? [`Counted since ${inTime(report.startedAt)}, when this server started.`]
      : []),
    ...(shadows.length > 0
      ? [
          `The guard is in shadow mode at ${shadows.map((site) => site.sitekey).join(', ')}: limits and credit refuse nobody.`,
        ]
      : []),
    ...(report.budgets ? [] : ['The store does not answer.']),
  ]
  return html`<ul class="notices">
    ${texts.map((text) => html`<li>${text}</li>`)}
  </ul>`
}

function nothingYet(): TemplateResult {
  return html`<p class="nothing-yet">
    <strong>Nothing has been sent yet.</strong> The first message appears here a few seconds after it is
    requested.
  </p>`
}

function tiles(
  { series, totals, conversion }: Figures,
  { day: { provider } }: OperatorReport,
): TemplateResult {
  const failed = sum(provider.failed)
  const tile = (name: string, value: string, kind: string, beside: unknown) =>
    html`<div class="tile ${kind}">
      <dt>${name}</dt>
      <dd>${value}</dd>
      <dd class="beside">${beside}</dd>
    </div>`
  return html`<dl class="tiles">
    ${tile('Messages sent', inNumbers(totals.sent), 'sent', sparkline(series.sent))}
    ${tile('Codes verified', inNumbers(totals.verified), 'verified', sparkline(series.verified))}
    ${tile('Conversion', inPercent(conversion), 'verified', `of ${inNumbers(totals.started)} started`)}
    ${tile('Requests refused', inNumbers(totals.refused), 'refused', sparkline(series.refused))}
    ${tile(
      'Provider, median',
      inMilliseconds(latest(provider.median)),
      failed > 0 ? 'refused' : 'provider',
      failed > 0
        ? `${inNumbers(failed)} of ${inNumbers(sum(provider.calls))} requests failed`
        : 'no request failed',
    )}
  </dl>`
}

function sends({ series, totals }: Figures, { day: { from } }: OperatorReport): TemplateResult {
  const label = `${inNumbers(totals.sent)} messages sent and ${inNumbers(totals.verified)} codes verified in 24 hours`
  return panel(
    'Messages and verified codes',
    html`<p class="key">
        <span class="sent">sent</span> <span class="verified">verified</span>
        <span class="reading" id="sends-reading"></span>
      </p>
      <div class="canvas tall" id="sends" role="img" aria-label=${label}></div>
      <p class="key">
        <span class="refused">refused</span> <span class="reading" id="refused-reading"></span>
      </p>
      <div
        class="canvas low"
        id="refused"
        role="img"
        aria-label="${inNumbers(totals.refused)} requests refused in 24 hours"
      ></div>
      <details>
        <summary>By the hour, as a table</summary>
        ${table(
          'hours',
          ['From', 'Started', 'Sent', 'Verified', 'Refused'],
          hoursOf(from, series).map(
            ({ time, started, sent, verified, refused }) =>
              html`<tr>
                <th scope="row">${inTime(time)}</th>
                ${[started, sent, verified, refused].map((count) => html`<td>${inNumbers(count)}</td>`)}
              </tr>`,
          ),
        )}
      </details>`,
  )
}

function countries({ countries }: Figures): TemplateResult {
  if (countries.length === 0)
    return panel('Countries', html`<p class="none">Nobody has asked for a code.</p>`)
  return panel(
    'Countries',
    table(
      'countries',
      ['Country', 'Started', 'Conversion', 'Refused', html`<th scope="col" class="trend">Starts</th>`],
      countries.map(
        ({ country, started, conversion, refused, hourly }) =>
          html`<tr>
            <th scope="row">${countryName(country)}</th>
            <td>${inNumbers(started)}</td>
            <td class="barred verified">${inPercent(conversion)} ${bar(conversion ?? 0)}</td>
            <td class=${refused > 0 ? 'refused' : ''}>${inNumbers(refused)}</td>
            <td class="trend sent">${sparkline(hourly)}</td>
          </tr>`,
      ),
    ),
  )
}

function refusals({ reasons }: Figures): TemplateResult {
  if (reasons.length === 0)
    return panel('Why requests were refused', html`<p class="none">No request was refused.</p>`)
  return panel(
    'Why requests were refused',
    table(
      'reasons',
      ['Reason', 'Requests'],
      reasons.map(
        ({ name, count, share }) =>
          html`<tr>
            <th scope="row"><code>${name}</code> <small>${reasonText(name)}</small></th>
            <td class="barred refused">${inNumbers(count)} ${bar(share)}</td>
          </tr>`,
      ),
    ),
  )
}
