import { describe, expect, it } from 'vitest'
import { parseApiKey, parseBaseUrl } from './base-url.js'

describe('parseBaseUrl', () => {
  it.each([
    ['https://abc12.api.infobip.com', 'https://abc12.api.infobip.com/'],
    ['https://abc12.api.infobip.com/', 'https://abc12.api.infobip.com/'],
    [' HTTPS://ABC12.api.Infobip.com\n', 'https://abc12.api.infobip.com/'],
    ['https://api.infobip.com', 'https://api.infobip.com/'],
  ])('takes %j', (text, href) => {
    expect(parseBaseUrl(text, { allowLoopback: false })).toEqual(new URL(href))
  })

  it.each([
    'http://localhost:8788',
    'http://127.0.0.1:8788/',
    'http://[::1]:8788',
    'https://localhost:8788',
    'http://localhost',
  ])('takes %s, a simulator, only where loopback is allowed', (text) => {
    expect(parseBaseUrl(text, { allowLoopback: true })).toBeInstanceOf(URL)
    expect(parseBaseUrl(text, { allowLoopback: false })).toHaveProperty('mistake')
  })

  describe.each([true, false])('with allowLoopback %s (SR-B05)', (allowLoopback) => {
    it.each([
      '',
      'abc12.api.infobip.com',
      'http://abc12.api.infobip.com',
      'ftp://abc12.api.infobip.com',
      'httpbin.local',
      'https://',
      'https://infobip.com',
      'https://evil.example',
      'https://abc12.api.infobip.com.evil.example',
      'https://evil.example/abc12.api.infobip.com',
      'https://evilapi.infobip.com',
      'https://a.b.api.infobip.com',
      'https://-a_b.api.infobip.com',
      'https://abc12.api.infobip.com.',
      'https://abc12.api.infobip.com@evil.example',
      'https://user:secret@abc12.api.infobip.com',
      'https://@abc12.api.infobip.com',
      'https://abc12.api.infobip.com:8443',
      'https://abc12.api.infobip.com/sms',
      'https://abc12.api.infobip.com//',
      'https://abc12.api.infobip.com/?',
      'https://abc12.api.infobip.com?x=1',
      'https://abc12.api.infobip.com#x',
      'https://abc12.api.infobip.com\\@evil.example',
      'https:\\\\abc12.api.infobip.com',
      'https://abc12.api\t.infobip.com',
      'https://abc12.api.infobip.com https://evil.example',
      'https://%61bc12.api.infobip.com',
      'https://аpi.infobip.com',
      'http://169.254.169.254',
      'https://169.254.169.254/latest',
      'http://10.0.0.1',
      'http://0.0.0.0:8788',
      'http://2130706433',
      'http://0x7f.1',
      'http://127.0.0.2',
      'http://localhost.evil.example',
      'http://localhost@evil.example',
      'http://localhost:8788/path',
      'http://[::ffff:127.0.0.1]',
    ])('trap 17: refuses %j', (text) => {
      expect(parseBaseUrl(text, { allowLoopback })).toEqual({ mistake: expect.stringMatching(/\.$/) })
    })
  })

  it('does not repeat the address in the mistake', () => {
    const { mistake } = parseBaseUrl('https://user:hunter2@evil.example', { allowLoopback: true }) as {
      mistake: string
    }
    expect(mistake).not.toMatch(/hunter2|evil/)
  })
})

describe('parseApiKey', () => {
  it('trap 18: drops the line break and blanks around a key', () => {
    expect(parseApiKey(' 0123456789abcdef-0123-4567\r\n')).toBe('0123456789abcdef-0123-4567')
  })

  it.each([
    '',
    ' \n',
    'App 0123',
    'app\t0123',
    'Basic 0123',
    '01 23',
    '01\n23',
    '01\u000023',
    '01\u00a023',
    'schlüssel',
  ])('trap 18: refuses %j without repeating it', (text) => {
    const { mistake } = parseApiKey(text) as { mistake: string }
    expect(mistake).toMatch(/\.$/)
    expect(mistake).not.toMatch(/23|schl/)
  })

  it('names the mistake of a key that comes with its scheme', () => {
    expect(parseApiKey('App 0123')).toEqual({ mistake: expect.stringContaining('"App"') })
  })

  it('takes a key that begins with the letters of the scheme', () => {
    expect(parseApiKey('Apparently-a-key')).toBe('Apparently-a-key')
  })
})
