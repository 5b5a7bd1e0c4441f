import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { DEFAULT_BEHAVIOUR } from './index.js'
import { openSandbox } from './test/client.js'
import { send, start } from './test/server.js'

describe('/sandbox/messages', () => {
  it.each(['%2B12025550123', '+12025550123', '12025550123', '1%20(202)%20555-0123'])(
    'lists what was delivered to one number, written as %s',
    async (to) => {
      const { app, send, messages } = openSandbox()
      await send('12025550123')
      await send('41793026727')
      await send('12025550123')
      const answer = await app.request(`/sandbox/messages?to=${to}`)
      const [first, , third] = messages()
      expect(await answer.json()).toEqual([first, third])
    },
  )

  it('lists everything, newest last, without a number', async () => {
    const { app, send } = openSandbox()
    await send('12025550123')
    await send('41793026727')
    const list = (await (await app.request('/sandbox/messages')).json()) as { to: string }[]
    expect(list.map(({ to }) => to)).toEqual(['+12025550123', '+41793026727'])
  })
})

describe('/sandbox/requests', () => {
  it('lists method, path, raw query and status, and neither headers nor bodies', async () => {
    const { app, send, call, requests } = openSandbox()
    await send('41793026727', {}, '?ncNeeded=undefined&x=%2B')
    await call('GET', '/2fa/2/applications', undefined, 'wrong')
    await app.request('/sandbox/messages')
    const list = await (await app.request('/sandbox/requests')).json()
    const at = '2026-01-02T03:04:05.678Z'
    expect(list).toEqual([
      { method: 'POST', path: '/2fa/2/pin', query: 'ncNeeded=undefined&x=%2B', status: 200, at },
      { method: 'GET', path: '/2fa/2/applications', query: '', status: 401, at },
    ])
    expect(requests()).toEqual(list)
  })
})

describe('/sandbox/behaviour', () => {
  it('tells all switches, and turns those it is given', async () => {
    const { app, call } = openSandbox({ behaviour: { retryAfter: 'sent' } })
    const before = await (await app.request('/sandbox/behaviour')).json()
    expect(before).toEqual({ ...DEFAULT_BEHAVIOUR, retryAfter: 'sent' })
    const { status, body } = await call('PATCH', '/sandbox/behaviour', { errorEnvelope: 'newer' })
    expect(status).toBe(200)
    expect(body).toEqual({ ...DEFAULT_BEHAVIOUR, retryAfter: 'sent', errorEnvelope: 'newer' })
    expect((await call('GET', '/2fa/2/x')).body.errorCode).toBe('E404')
  })

  it.each([{ retryAfter: 'maybe' }, { noSuchSwitch: true }, []])('refuses %j and says why', async (body) => {
    const { call, app } = openSandbox()
    const answer = await call('PATCH', '/sandbox/behaviour', body)
    expect(answer.status).toBe(400)
    expect(answer.body.error).toMatch(/retryAfter|noSuchSwitch|object/)
    expect(await (await app.request('/sandbox/behaviour')).json()).toEqual(DEFAULT_BEHAVIOUR)
  })

  it('is refused in the same way when it is an argument', () => {
    expect(() => openSandbox({ behaviour: { retryAfter: 'maybe' as 'sent' } })).toThrow('retryAfter')
    expect(() => openSandbox().behave({ noSuchSwitch: 1 } as object)).toThrow('noSuchSwitch')
  })
})

describe('/sandbox/faults', () => {
  it('arms a fault, tells what is armed, and calls everything off', async () => {
    const { call, send } = openSandbox()
    const armed = await call('POST', '/sandbox/faults', {
      operation: 'send',
      kind: 'status',
      status: 500,
      times: 2,
    })
    expect(armed.status).toBe(201)
    await send()
    const left = { operation: 'send', kind: 'status', status: 500, times: 1, after: false, envelope: 'older' }
    expect((await call('GET', '/sandbox/faults')).body).toEqual([left])
    expect((await call('DELETE', '/sandbox/faults')).status).toBe(204)
    expect((await call('GET', '/sandbox/faults')).body).toEqual([])
    expect((await send()).status).toBe(200)
  })

  it.each([
    [{ kind: 'reset' }, 'operation'],
    [{ operation: 'send', kind: 'explode' }, 'kind'],
    [{ operation: 'sends', kind: 'reset' }, 'operation'],
    [{ operation: 'send', kind: 'status' }, 'status'],
    [{ operation: 'send', kind: 'reset', times: -1 }, 'times'],
    [{ operation: 'send', kind: 'reset', often: true }, 'often'],
    [{ operation: 'verify', kind: 'not-sent' }, 'operation'],
    [{ operation: 'send', kind: 'redirect', location: 'a\r\nb: c' }, 'location'],
  ])('refuses %j and names the mistake', async (fault, mistake) => {
    const { call } = openSandbox()
    const { status, body } = await call('POST', '/sandbox/faults', fault)
    expect(status).toBe(400)
    expect(body.error).toContain(mistake)
    expect((await call('GET', '/sandbox/faults')).body).toEqual([])
  })

  it('refuses what a page on another origin could post without asking first', async () => {
    const { app } = openSandbox()
    const body = JSON.stringify({ operation: 'any', kind: 'reset' })
    const answer = await app.request('/sandbox/faults', { method: 'POST', body })
    expect(answer.status).toBe(415)
  })
})

describe('/sandbox/events', () => {
  it('tells the messages so far, then each as it arrives', async () => {
    const sandbox = await start()
    await send(sandbox)
    const answer = await fetch(`${sandbox.url}/sandbox/events`)
    expect(answer.headers.get('content-type')).toBe('text/event-stream')
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
    const [first] = sandbox.messages()
    expect((await reader.read()).value).toBe(`event: messages\ndata: ${JSON.stringify([first])}\n\n`)
    await send(sandbox)
    const [, second] = sandbox.messages()
    expect((await reader.read()).value).toBe(`event: message\ndata: ${JSON.stringify(second)}\n\n`)
    await reader.cancel()
  })
})

describe('/', () => {
  it('allows its own script and style and nothing else', async () => {
    const answer = await openSandbox().app.request('/')
    const html = await answer.text()
    const policy = answer.headers.get('content-security-policy')!
    for (const tag of ['script', 'style']) {
      const contents = [...html.matchAll(new RegExp(`<${tag}[^>]*>([^]*?)</${tag}>`, 'g'))]
      const hashes = contents.map(([, text]) => createHash('sha256').update(text!).digest('base64'))
      expect(hashes).toHaveLength(1)
      expect(policy).toContain(`${tag}-src 'sha256-${hashes[0]}'`)
    }
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe')
    expect(html).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write/)
  })
})
