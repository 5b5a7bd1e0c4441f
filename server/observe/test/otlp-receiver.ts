import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A span as it arrives. */
export interface ReceivedSpan {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  attributes: { key: string; value: { stringValue?: string; intValue?: number } }[]
}

/** Takes traces as a collector of OpenTelemetry does, over HTTP as JSON. */
export interface OtlpReceiver {
  url: string
  /** Everything that arrived, as it came. */
  bodies: string[]
  spans(): ReceivedSpan[]
  stop(): Promise<void>
}

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const bodies: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (request.url === '/v1/traces')
        bodies.push(JSON.stringify(request.headers), Buffer.concat(chunks).toString())
      response.setHeader('Content-Type', 'application/json').end('{}')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    spans: () =>
      bodies
        .map((body) => JSON.parse(body) as { resourceSpans?: { scopeSpans: { spans: ReceivedSpan[] }[] }[] })
        .flatMap(({ resourceSpans = [] }) => resourceSpans)
        .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    async stop() {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}
