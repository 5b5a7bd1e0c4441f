import { ConfigError } from '../config/config-error.js'
import type { Environment } from '../config/variables.js'
import type { OtlpSettings } from '../observe/otlp.js'
import type { Trace } from '../observe/trace.js'
import { parseUrl } from '../parse-url.js'

/**
 * Exports traces if OpenTelemetry's usual variables say so. Otherwise its library is not loaded at all.
 *
 * @returns `undefined` where nobody asks for traces.
 * @throws ConfigError when the address is not valid
 */
export async function openTrace(
  env: Environment,
  settings: Omit<OtlpSettings, 'url'>,
): Promise<(Trace & { stop(): Promise<void> }) | undefined> {
  const url = tracesUrl(env)
  if (url === undefined) return undefined
  if (!/^https?:/.test(url) || !parseUrl(url)) {
    throw new ConfigError([
      'OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: is not an http or https URL.',
    ])
  }
  const { otlpTrace } = await import('../observe/otlp.js')
  return otlpTrace({ ...settings, url })
}

/** An address for traces alone is used as it is; the common one is a base to which each signal's path is added. */
function tracesUrl({
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own,
  OTEL_EXPORTER_OTLP_ENDPOINT: common,
}: Environment): string | undefined {
  if (own) return own
  return common ? `${common.replace(/\/+$/, '')}/v1/traces` : undefined
}
