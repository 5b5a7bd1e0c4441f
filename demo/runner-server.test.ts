import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../', import.meta.url))

/** The runner with its configuration, as `npm test` starts it, but that no browser comes. */
const RUNNER = `
import { startTestRunner } from '@web/test-runner'
import config from './web-test-runner.config.mjs'
const runner = await startTestRunner({
  config: { ...config, manual: true },
  readCliArgs: false,
  readFileConfig: false,
})
process.send(runner.config.port)
`

let port: number
beforeAll(async () => {
  const runner = spawn(process.execPath, ['--input-type=module', '--eval', RUNNER], {
    ...{ cwd: ROOT, env: { ...process.env, ENGINES: 'chromium' } },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const ended = once(runner, 'exit')
  const [told] = (await Promise.race([once(runner, 'message'), ended])) as [number]
  port = told
  return async () => {
    runner.kill()
    await ended
  }
})

/** The path goes as it is: `fetch` would shorten it. */
async function ask(path: string, headers: Record<string, string> = {}) {
  const asked = request({ host: '127.0.0.1', port, path, headers: { host: `localhost:${port}`, ...headers } })
  const answered = once(asked, 'response').then(([answer]) => answer.resume().statusCode as number)
  const upgraded = once(asked, 'upgrade').then(([, socket]) => socket.destroy() && 101)
  asked.end()
  return Promise.race([answered, upgraded])
}

function accepts(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 5000 })
    const tell = (accepted: boolean) => () => resolve(accepted) ?? socket.destroy()
    socket.on('connect', tell(true)).on('error', tell(false)).on('timeout', tell(false))
  })
}

describe("the server of the element's tests", () => {
  it('answers the page of a test, and what that loads', async () => {
    for (const path of ['/', '/__web-dev-server__web-socket.js', '/widget/element.ts', '/contract/index.ts'])
      expect(await ask(path), path).toBe(200)
    expect(await ask('/widget/element.ts', { host: `127.0.0.1:${port}` })).toBe(200)
  })

  it('refuses the files of a checkout that no test loads: keys and settings may be among them', async () => {
    for (const path of [
      ...['/data/signing-keys.json', '/.env', '/.git/HEAD', '/otp-verify.config.json', '/deploy/.env'],
      ...[
        '/package.json',
        '/widget/../package.json',
        '/widget/..%2fpackage.json',
        '/widget%2f../package.json',
      ],
      ...['/widget/%2e%2e/package.json', '/widget/..%5cpackage.json', '//package.json', '/widget/%'],
      ...['/__wds-outside-root__/1/etc/passwd', '/__wds-outside-root__/1/node_modules/../package.json'],
    ])
      expect(await ask(path), path).toBe(403)
  })

  it('answers nobody who calls it by another name', async () => {
    for (const host of ['rebound.example', `rebound.example:${port}`, 'localhost', 'localhost:1'])
      expect(await ask('/widget/element.ts', { host }), host).toBe(403)
  })

  it('listens to one address of this machine, and to none that the network sees', async () => {
    const addresses = Object.values(networkInterfaces()).flatMap((all) => all!.map(({ address }) => address))
    expect(await accepts('127.0.0.1')).toBe(true)
    for (const address of ['127.0.0.2', '::1', ...addresses.filter((one) => one !== '127.0.0.1')])
      expect(await accepts(address), address).toBe(false)
  })

  it('opens its web socket to its own pages alone', async () => {
    const hello = {
      ...{ connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
      'sec-websocket-key': Buffer.alloc(16).toString('base64'),
    }
    const own = `localhost:${port}`
    expect(await ask('/wds', { ...hello, host: own, origin: `http://${own}` })).toBe(101)
    for (const [host, origin] of [
      [own, 'https://shop.example'],
      [own, 'http://localhost:1'],
      [`rebound.example:${port}`, `http://rebound.example:${port}`],
    ] as const)
      await expect(ask('/wds', { ...hello, host, origin }), origin).rejects.toThrow('socket hang up')
    await expect(ask('/wds', { ...hello, host: own })).rejects.toThrow('socket hang up')
  })
})
