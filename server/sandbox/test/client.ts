import { createSandbox, type SandboxOptions } from '../index.js'

/** An answer, read. */
export interface Answered {
  status: number
  headers: Headers
  // Tests read members of bodies whose shape is what they test.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  body: any
}

/** A sandbox in this process, with a clock that only moves when told to, and the calls tests make most. */
export function openSandbox(options: SandboxOptions = {}) {
  let time = Date.UTC(2026, 0, 2, 3, 4, 5, 678)
  const sandbox = createSandbox({ now: () => time, ...options })
  const { applicationId, messageId } = sandbox

  async function call(method: string, path: string, body?: unknown, key = sandbox.apiKey): Promise<Answered> {
    const answer = await sandbox.app.request(path, {
      method,
      headers: {
        authorization: `App ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return {
      status: answer.status,
      headers: answer.headers,
      body: text === '' ? undefined : JSON.parse(text),
    }
  }

  return {
    ...sandbox,
    call,
    /** Lets so many milliseconds pass. */
    pass: (milliseconds: number) => void (time += milliseconds),
    send: (to = '41793026727', members: object = {}, query = '') =>
      call('POST', `/2fa/2/pin${query}`, { applicationId, messageId, to, ...members }),
    voice: (to = '41793026727', members: object = {}) =>
      call('POST', '/2fa/2/pin/voice', { applicationId, messageId, to, ...members }),
    resend: (pinId: string, by: '' | '/voice' | '/email' = '', body?: unknown) =>
      call('POST', `/2fa/2/pin/${pinId}/resend${by}`, body),
    verify: (pinId: string, pin: string) => call('POST', `/2fa/2/pin/${pinId}/verify`, { pin }),
    /** The PIN of the newest message. */
    pin: () => sandbox.messages().at(-1)!.pin,
    configure: (configuration: object, members: object = {}) =>
      call('PUT', `/2fa/2/applications/${applicationId}`, { name: 'Sandbox', configuration, ...members }),
  }
}

/** The same, as a type. */
export type OpenSandbox = ReturnType<typeof openSandbox>

/** A PIN that is not `pin`. */
export function wrong(pin: string): string {
  return pin.replace(/^./, (first) => (first === '1' ? '2' : '1'))
}
