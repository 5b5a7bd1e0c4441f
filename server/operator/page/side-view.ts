import { html, nothing, type TemplateResult } from 'lit'
import { FAILURES } from '../../observe/events.js'
import { RESERVED_SHARE } from '../../site/policy.js'
import type { OperatorReport } from '../report.js'
import { latest, sum } from './figures.js'
import { bar, panel } from './pieces.js'
import type { Shown } from './shown.js'
import { alertText, countryName, inMilliseconds, inNumbers, inTime, pauseText } from './words.js'

const UNKNOWN = html`<p class="none">Not known while the store is away.</p>`

/** The part besides the visits themselves: the provider, the budgets, alerts and the operator's actions. */
export function sideView({ report, sitekey }: Shown): TemplateResult {
  const ofSite = <T extends { sitekey?: string | undefined }>(list: readonly T[]) =>
    list.filter((one) => sitekey === undefined || (one.sitekey ?? sitekey) === sitekey)
  return html`<div class="columns">
    ${provider(report)}
    <div class="stack">
      ${report.budgets ? budgets(ofSite(report.budgets)) : panel('Budgets today', UNKNOWN)}
      ${alerts(ofSite(report.day.alerts), report)} ${failures(report.day.failures)}
      ${report.pauses ? pauses(ofSite(report.pauses)) : panel('Paused', UNKNOWN)}
    </div>
  </div>`
}

function provider({ day: { provider } }: OperatorReport): TemplateResult {
  const calls = sum(provider.calls)
  const [median, p95] = [latest(provider.median), latest(provider.p95)]
  const failed = inNumbers(sum(provider.failed))
  return panel(
    'Provider',
    html`<p class="key">
        <span class="usual">half within</span> <span class="provider">95 % within</span>
        <span class="reading" id="provider-reading"></span>
      </p>
      <div
        class="canvas tall"
        id="provider"
        role="img"
        aria-label="How long the provider took, over 24 hours"
      ></div>
      <table class="plain">
        <tbody>
          <tr>
            <th scope="row">Half of the latest requests within</th>
            <td>${inMilliseconds(median)}</td>
          </tr>
          <tr>
            <th scope="row">95 % within</th>
            <td>${inMilliseconds(p95)}</td>
          </tr>
          <tr>
            <th scope="row">Provider requests in 24 hours</th>
            <td>${inNumbers(calls)}</td>
          </tr>
          <tr>
            <th scope="row">Throttled, unavailable or unknown</th>
            <td>${failed}</td>
          </tr>
        </tbody>
      </table>`,
  )
}

function budgets(list: NonNullable<OperatorReport['budgets']>): TemplateResult {
  return panel(
    'Budgets today',
    html`<ul class="budgets">
      ${list.map(({ sitekey, account, used, limit }) => {
        const share = used / limit
        const kind = share >= 1 - RESERVED_SHARE ? 'refused' : share >= 0.5 ? 'provider' : 'verified'
        return html`<li class=${kind}>
          <span>${sitekey}${account === 'money' ? ', money' : nothing}</span>
          <strong>${inNumbers(used)} <small>of ${inNumbers(limit)}</small></strong>
          ${bar(share)}
        </li>`
      })}
    </ul>`,
  )
}

function alerts(
  list: OperatorReport['day']['alerts'],
  { startedAt, day: { from } }: OperatorReport,
): TemplateResult {
  const period = startedAt > from ? `since ${inTime(startedAt)}` : 'in 24 hours'
  if (list.length === 0)
    return panel('Alerts', html`<p class="none">No alerts from this server ${period}.</p>`)
  return panel(
    'Alerts',
    html`<ul class="alerts">
      ${list.map(
        ({ time, alert, sitekey, country, level }) =>
          html`<li>
            <time>${inTime(time)}</time>
            <span
              >${alertText(alert, level)}
              <small
                >${sitekey ?? 'all sites'}${country === undefined ? nothing : `, ${countryName(country)}`}</small
              ></span
            >
          </li>`,
      )}
    </ul>`,
  )
}

function failures(count: number): TemplateResult {
  return panel(
    'Failures',
    count === 0
      ? html`<p class="none">None known to this server.</p>`
      : html`<p class="none">
          <strong>${inNumbers(count)}</strong> in 24 hours that should not happen: look in the log for
          ${FAILURES.map((event, n) => html`${n > 0 ? ', ' : nothing}<code>${event}</code>`)}.
        </p>`,
  )
}

function pauses(list: NonNullable<OperatorReport['pauses']>): TemplateResult {
  if (list.length === 0) return panel('Paused', html`<p class="none">Nothing is paused.</p>`)
  return panel(
    'Paused',
    html`<ul class="alerts">
      ${list.map((paused) => html`<li>${pauseText(paused)}</li>`)}
    </ul>`,
  )
}
