import { Counter, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import { RULES } from '../refusal/reasons.js'
import { CREDITS } from '../site/policy.js'
import { countriesOf, type Sites } from '../site/site.js'
import { ALERT_KINDS } from './alert.js'
import { isFailure, KEY_CHANGES, type Observe } from './events.js'

/** Upper bounds of the provider's latency classes, in seconds. */
const LATENCY_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/**
 * Numbers for Prometheus. Labels are sites, the countries that they serve, channels and words of ours only: their count is
 * bounded by configuration.
 */
export interface Metrics {
  observe: Observe
  registry: Registry
}

/** Metrics of one server. */
export function createMetrics(sites: Sites): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const started = new Counter({
    name: 'otp_verifications_started_total',
    help: 'Verifications whose first message was about to be sent.',
    labelNames: ['sitekey', 'country', 'channel'],
    registers,
  })
  const verified = new Counter({
    name: 'otp_verifications_verified_total',
    help: 'Verifications whose right code was given, by the channel of their last message.',
    labelNames: ['sitekey', 'country', 'channel'],
    registers,
  })
  const sent = new Counter({
    name: 'otp_messages_sent_total',
    help: 'Messages the provider accepted.',
    labelNames: ['sitekey', 'channel', 'resend'],
    registers,
  })
  const checked = new Counter({
    name: 'otp_codes_checked_total',
    help: 'Codes checked, right (approved) and wrong.',
    labelNames: ['sitekey', 'outcome'],
    registers,
  })
  const refused = new Counter({
    name: 'otp_calls_refused_total',
    help: 'Requests that ended in a problem.',
    labelNames: ['operation', 'code'],
    registers,
  })
  const refusals = new Counter({
    name: 'otp_refusals_total',
    help: 'Requests that ended in a problem, by the most specific reason known; no sitekey if it was not known.',
    labelNames: ['sitekey', 'reason'],
    registers,
  })
  const foreign = new Counter({
    name: 'otp_foreign_origins_total',
    help: 'Requests of pages whose origin is on no list, or not on that of their site; no sitekey if it was not known.',
    labelNames: ['sitekey', 'call'],
    registers,
  })
  const credits = new Counter({
    name: 'otp_credits_total',
    help: 'Messages for which there was credit (granted) or none: not sent (refused), or sent anyway (shadowed).',
    labelNames: ['sitekey', 'outcome'],
    registers,
  })
  const shadowed = new Counter({
    name: 'otp_sends_shadowed_total',
    help: 'Messages that were sent although the guard had no room for them, by its rule.',
    labelNames: ['sitekey', 'rule'],
    registers,
  })
  const denied = new Counter({
    name: 'otp_sends_denied_total',
    help: 'Requests that the guard refused, by its rule.',
    labelNames: ['sitekey', 'rule'],
    registers,
  })
  const redeemed = new Counter({
    name: 'otp_tokens_redeemed_total',
    help: 'Tokens that backends redeemed, or tried to; no sitekey if the secret was not known.',
    labelNames: ['sitekey', 'outcome'],
    registers,
  })
  const failures = new Counter({
    name: 'otp_failures_total',
    help: 'What should not happen: unexpected errors, numbers that do not match, a Redis that forgets, lost lines of the log.',
    registers,
  })
  const alerts = new Counter({
    name: 'otp_alerts_total',
    help: 'Alerts: somebody should look at the site; no sitekey if it is about all sites.',
    labelNames: ['sitekey', 'alert'],
    registers,
  })
  const keys = new Counter({
    name: 'otp_signing_key_changes_total',
    help: 'What happened to the signing keys.',
    labelNames: ['change'],
    registers,
  })
  const deliveries = new Counter({
    name: 'otp_messages_reported_total',
    help: 'Messages by what became of them, as the provider reports it; no country if the number is not valid.',
    labelNames: ['country', 'outcome'],
    registers,
  })
  const provider = new Histogram({
    name: 'otp_provider_seconds',
    help: 'Requests to the provider.',
    labelNames: ['operation', 'outcome'],
    buckets: LATENCY_BUCKETS,
    registers,
  })

  // A counter first seen at 1 shows no increase, so a rule would miss the first event.
  for (const change of KEY_CHANGES) keys.inc({ change }, 0)
  for (const alert of ALERT_KINDS)
    for (const sitekey of alert === 'provider' ? [''] : sites.keys()) alerts.inc({ sitekey, alert }, 0)

  function labelsOf({ sitekey, country, channel }: { sitekey: string; country: string; channel: string }) {
    return { sitekey, country: countryLabel(sites, sitekey, country), channel }
  }

  const served = countriesOf(sites)
  function reportedLabel(country: string | undefined): string {
    if (country === undefined) return ''
    return served.has(country) ? country : 'other'
  }

  function countRefusal(sitekey: string, reason: string): void {
    refusals.inc({ sitekey, reason })
    if (reason in RULES) denied.inc({ sitekey, rule: reason })
    if (reason in CREDITS) credits.inc({ sitekey, outcome: 'refused' })
  }

  return {
    registry,
    observe(event) {
      if (isFailure(event)) return failures.inc()
      switch (event.event) {
        case 'started':
          // So that a share of zero shows where nobody enters a code.
          verified.inc(labelsOf(event), 0)
          return started.inc(labelsOf(event))
        case 'verified':
          return verified.inc(labelsOf(event))
        case 'sent':
          credits.inc({ sitekey: event.sitekey, outcome: 'granted' })
          return sent.inc({ sitekey: event.sitekey, channel: event.channel, resend: String(event.resend) })
        case 'checked':
          return checked.inc({ sitekey: event.sitekey, outcome: event.outcome })
        case 'shadowed':
          if (event.rule in CREDITS) credits.inc({ sitekey: event.sitekey, outcome: 'shadowed' })
          return shadowed.inc({ sitekey: event.sitekey, rule: event.rule })
        case 'redeemed':
          return redeemed.inc({ sitekey: event.sitekey ?? '', outcome: event.outcome })
        case 'refused':
          countRefusal(event.sitekey ?? '', event.reason ?? event.code)
          return refused.inc({ operation: event.operation, code: event.code })
        case 'foreign-origin':
          return foreign.inc({ sitekey: event.sitekey ?? '', call: event.call })
        case 'provider':
          return provider.observe(
            { operation: event.operation, outcome: event.outcome },
            event.milliseconds / 1000,
          )
        case 'delivery':
          return deliveries.inc({ country: reportedLabel(event.country), outcome: event.outcome })
        case 'alert':
          return alerts.inc({ sitekey: event.sitekey ?? '', alert: event.alert })
        case 'keys':
          return keys.inc({ change: event.change })
        case 'override':
        case 'pause':
        case 'overprivileged-key':
        case 'no-script':
        case 'configured':
          return
      }
    },
  }
}

/** A country that the site serves by its own name, all others as one: a provider may answer with any. */
export function countryLabel(sites: Sites, sitekey: string, country: string): string {
  return sites.get(sitekey)?.phoneRules.countries.has(country) ? country : 'other'
}
