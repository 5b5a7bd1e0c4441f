import { expect } from '@open-wc/testing'
import { callsTo } from '../test/fake-server.js'
import { mount } from '../test/harness.js'

const CHECK = '/v1/verifications/check'

interface Request {
  signal: AbortSignal
  otp: { transport: string[] }
  deliver: (code: unknown) => void
}

describe('<otp-verify> with WebOTP', () => {
  const real = Object.getOwnPropertyDescriptor(navigator, 'credentials')
  let requests: Request[]

  beforeEach(() => {
    requests = []
    Object.assign(globalThis, { OTPCredential: class {} })
    const get = (options: { otp: Request['otp']; signal: AbortSignal }) =>
      new Promise((resolve) => {
        requests.push({ ...options, deliver: (code) => resolve({ id: '', type: 'otp', code }) })
      })
    // Only Chromium has WebOTP, and WebKitGTK has no credentials at all.
    Object.defineProperty(navigator, 'credentials', { value: { get }, configurable: true })
  })

  afterEach(() => {
    if (real) Object.defineProperty(navigator, 'credentials', real)
    else Reflect.deleteProperty(navigator, 'credentials')
  })

  it('fills in and checks the code of the message (SR-H12)', async () => {
    const page = await mount()
    expect(requests).to.have.length(0)
    await page.start()
    expect(requests[0]!.otp).to.deep.equal({ transport: ['sms'] })
    requests[0]!.deliver('123456')
    await page.settle()
    expect(callsTo(CHECK)[0]!.body['code']).to.equal('123456')
    expect(page.state('verified')).to.equal(true)
  })

  for (const text of ['<img onerror>', '12345', '1234567', 'abcdef', '', null, { toString: () => '123' }]) {
    it(`ignores ${JSON.stringify(text)} (SR-F11)`, async () => {
      const page = await mount()
      await page.start()
      requests[0]!.deliver(text)
      await page.settle()
      expect(page.boxes).to.equal('______')
      expect(callsTo(CHECK)).to.have.length(0)
    })
  }

  it('only fills in with auto-submit="off"', async () => {
    const page = await mount('auto-submit="off"')
    await page.start()
    requests[0]!.deliver('123456')
    await page.settle()
    expect(page.boxes).to.equal('123456')
    expect(callsTo(CHECK)).to.have.length(0)
  })

  it('stops when the number changes, the element goes, the code is over, or after two minutes (SR-H12)', async () => {
    const changed = await mount()
    await changed.start()
    await changed.click('Change number')
    const removed = await mount()
    await removed.start()
    removed.element.remove()
    const over = await mount()
    await over.start()
    over.element.reset()
    const late = await mount()
    await late.start()
    await late.passSeconds(119)
    expect(requests.map(({ signal }) => signal.aborted)).to.deep.equal([true, true, true, false])
    await late.passSeconds(2)
    expect(requests[3]!.signal.aborted).to.equal(true)
  })

  it('waits two minutes for each message, however long for the one before', async () => {
    const page = await mount()
    await page.start()
    await page.passSeconds(30)
    await page.click('Text me again')
    expect(requests.map(({ signal }) => signal.aborted)).to.deep.equal([true, false])
    await page.passSeconds(119)
    expect(requests[1]!.signal.aborted).to.equal(false)
    await page.passSeconds(2)
    expect(requests[1]!.signal.aborted).to.equal(true)
  })

  it('takes no code of a message that it no longer waits for, whatever the browser has read by then', async () => {
    const page = await mount()
    await page.start()
    page.element.reset()
    await page.settle()
    await page.start()
    requests[0]!.deliver('654321')
    await page.settle()
    expect([page.boxes, callsTo(CHECK).length]).to.deep.equal(['______', 0])
    requests[1]!.deliver('123456')
    await page.settle()
    expect(callsTo(CHECK).map(({ body }) => body['code'])).to.deep.equal(['123456'])
  })

  it('asks for one message at a time, for the element that sent the last', async () => {
    const first = await mount()
    await first.start()
    const second = await mount()
    await second.start()
    expect(requests.map(({ signal }) => signal.aborted)).to.deep.equal([true, false])
    first.element.remove()
    requests[1]!.deliver('123456')
    await second.settle()
    expect(second.state('verified')).to.equal(true)
  })

  it('goes on when the element is only moved', async () => {
    const page = await mount()
    await page.start()
    page.element.parentElement!.prepend(document.createElement('p'))
    page.element.parentElement!.firstElementChild!.append(page.element)
    await page.settle()
    requests.at(-1)!.deliver('123456')
    await page.settle()
    expect(page.state('verified')).to.equal(true)
  })

  it('waits for no message while a call is on its way', async () => {
    const page = await mount()
    await page.start()
    await page.passSeconds(30)
    await page.click('Call me instead')
    expect(requests).to.have.length(1)
    expect(requests[0]!.signal.aborted).to.equal(true)
  })

  it('gets by without it', async () => {
    delete (globalThis as { OTPCredential?: unknown }).OTPCredential
    const page = await mount()
    await page.start()
    expect(requests).to.have.length(0)
    expect(page.state('code')).to.equal(true)
  })
})
