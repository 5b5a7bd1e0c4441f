import { afterEach } from 'vitest'
import { startSandbox, type RunningSandbox, type StartOptions } from '../index.js'

const running: RunningSandbox[] = []

afterEach(async () => {
  for (const sandbox of running.splice(0)) await sandbox.stop()
})

/** Starts a sandbox on a free port; it is stopped after the test. */
export async function start(options: StartOptions = {}): Promise<RunningSandbox> {
  const sandbox = await startSandbox({ port: 0, ...options })
  running.push(sandbox)
  return sandbox
}

/** Posts JSON to the simulated API, with the key. */
export function post(
  { url, apiKey }: RunningSandbox,
  path: string,
  body: object,
  init: RequestInit = {},
): Promise<Response> {
  const headers = { authorization: `App ${apiKey}`, 'content-type': 'application/json' }
  return fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body), ...init })
}

/** Asks for an SMS to `to`. */
export function send(sandbox: RunningSandbox, init: RequestInit = {}, to = '41793026727'): Promise<Response> {
  const { applicationId, messageId } = sandbox
  return post(sandbox, '/2fa/2/pin', { applicationId, messageId, to }, init)
}
