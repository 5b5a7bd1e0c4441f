import { Counter, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import { RULES, type Observe } from './events.js'

/** Upper bounds of the provider's latency classes, in seconds. */
const LATENCY_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Numbers for Prometheus. Labels are sites, channels and words of ours only: their count is bounded by configuration. */
export interface Metrics {
  observe: Observe
  registry: Registry
}

/** Metrics of one server. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
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
    help: 'Calls that ended in a problem.',
    labelNames: ['operation', 'code'],
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
    help: 'Calls that the guard refused, by its rule.',
    labelNames: ['sitekey', 'rule'],
    registers,
  })
  const redeemed = new Counter({
    name: 'otp_tokens_redeemed_total',
    help: 'Tokens that backends redeemed, or tried to; no sitekey where the secret was not known.',
    labelNames: ['sitekey', 'outcome'],
    registers,
  })
  const failures = new Counter({
    name: 'otp_failures_total',
    help: 'What should not happen: unexpected errors, numbers that do not match.',
    registers,
  })
  const alerts = new Counter({
    name: 'otp_alerts_total',
    help: 'Alerts: somebody should look at the site.',
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
    help: 'Messages by what became of them, as the provider reports it; no country where the number is none.',
    labelNames: ['country', 'outcome'],
    registers,
  })
  const provider = new Histogram({
    name: 'otp_provider_seconds',
    help: 'Calls to the provider.',
    labelNames: ['operation', 'outcome'],
    buckets: LATENCY_BUCKETS,
    registers,
  })

  return {
    registry,
    observe(event) {
      switch (event.event) {
        case 'sent':
          return sent.inc({ sitekey: event.sitekey, channel: event.channel, resend: String(event.resend) })
        case 'checked':
          return checked.inc({ sitekey: event.sitekey, outcome: event.outcome })
        case 'shadowed':
          return shadowed.inc({ sitekey: event.sitekey, rule: event.rule })
        case 'redeemed':
          return redeemed.inc({ sitekey: event.sitekey ?? '', outcome: event.outcome })
        case 'refused':
          if (event.reason && event.reason in RULES) {
            denied.inc({ sitekey: event.sitekey ?? '', rule: event.reason })
          }
          return refused.inc({ operation: event.operation, code: event.code })
        case 'provider':
          return provider.observe(
            { operation: event.operation, outcome: event.outcome },
            event.milliseconds / 1000,
          )
        case 'delivery':
          return deliveries.inc({ country: event.country ?? '', outcome: event.outcome })
        case 'alert':
          return alerts.inc({ sitekey: event.sitekey, alert: event.alert })
        case 'keys':
          return keys.inc({ change: event.change })
        case 'failure':
        case 'mismatch':
          return failures.inc()
        case 'override':
        case 'overprivileged-key':
        case 'configured':
        case 'started':
        case 'verified':
          return
      }
    },
  }
}
