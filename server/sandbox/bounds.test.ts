import { describe, expect, it } from 'vitest'
import { BoundedMap } from './bounded-map.js'
import { Inbox } from './inbox.js'
import { RequestLog } from './request-log.js'
import { openSandbox } from './test/client.js'

const message = { id: '', channel: 'sms', text: '', pin: '', pinId: '', sentAt: '' } as const

describe('memory', () => {
  it('holds the newest 10,000 messages', () => {
    const inbox = new Inbox()
    for (let i = 0; i < 10_002; i++) inbox.deliver({ ...message, to: `+${i}` })
    expect(inbox.messages()).toHaveLength(10_000)
    expect(inbox.messages()[0]!.to).toBe('+2')
  })

  it('holds the newest 10,000 requests', () => {
    const log = new RequestLog()
    for (let i = 0; i < 10_002; i++) log.add({ method: 'GET', path: `/${i}`, query: '', status: 200, at: '' })
    expect(log.requests()).toHaveLength(10_000)
    expect(log.requests()[0]!.path).toBe('/2')
  })

  it('forgets the oldest entry of a full map', () => {
    const map = new BoundedMap<string, number>(2).set('a', 1).set('b', 2).set('a', 3).set('c', 4)
    expect([...map]).toEqual([
      ['b', 2],
      ['c', 4],
    ])
  })

  it('holds at most 1000 faults', async () => {
    const { arm, call } = openSandbox()
    for (let i = 0; i < 1001; i++) arm({ kind: 'delay', ms: i, operation: 'any' })
    const { body } = await call('GET', '/sandbox/faults')
    expect([body.length, body[0].ms]).toEqual([1000, 1])
  })
})
