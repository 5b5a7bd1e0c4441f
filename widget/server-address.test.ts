import { expect } from '@open-wc/testing'
import { configure, configuredServer, onConfigured, serverOfScript } from './server-address.js'

describe('serverOfScript', () => {
  for (const [source, server] of [
    ['https://otp.example/otp-verify.js', 'https://otp.example'],
    ['https://otp.example/otp-verify-1.2.3.js', 'https://otp.example'],
    ['https://otp.example/otp-verify-1.2.3-726c9ed442c8.js', 'https://otp.example'],
    ['http://localhost:8787/otp-verify.js?v=2#x', 'http://localhost:8787'],
    ['https://shop.example/api/otp/otp-verify-1.0.0.js', 'https://shop.example/api/otp'],
    ['https://cdn.example/bundle.js', undefined],
    ['https://cdn.example/my-otp-verify.js', undefined],
    ['data:text/javascript,otp-verify.js', undefined],
  ]) {
    it(`${server ? 'takes the server' : 'takes none'} from ${source}`, () => {
      expect(serverOfScript(source!)).to.equal(server)
    })
  }
})

describe('configure', () => {
  it('keeps a path, drops what follows it, and tells who listens', () => {
    let told = 0
    const stop = onConfigured(() => told++)
    configure({ server: 'https://otp.example/api/otp/?x#y' })
    expect(configuredServer()).to.equal('https://otp.example/api/otp')
    stop()
    configure({ server: 'https://otp.example' })
    expect(told).to.equal(1)
  })

  it('takes a path of the page’s own origin, where a server is mounted beside it', () => {
    configure({ server: '/api/otp/' })
    expect(configuredServer()).to.equal(`${location.origin}/api/otp`)
    configure({ server: 'https://otp.example' })
  })

  it('refuses what is neither an http(s) URL nor a path', () => {
    for (const server of [
      '',
      'api',
      '//evil.example',
      '/\\\\evil.example',
      'otp.example',
      'javascript:alert(1)',
      'ftp://otp.example',
    ]) {
      expect(() => configure({ server }), server).to.throw(TypeError)
    }
    expect(configuredServer()).to.equal('https://otp.example')
  })
})
