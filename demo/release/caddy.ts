import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { request, type RequestOptions } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished } from 'vitest'
import { end, freePorts } from '../processes/built.js'

/** Whether there is a Caddy on this machine. Where there is none, that is said. */
export const HAS_CADDY = spawnSync('caddy', ['version']).status === 0
if (!HAS_CADDY) console.warn('NOT RUN: there is no caddy, so no real one reads deploy/Caddyfile.')

/** Asks through a Caddy. */
export type AskCaddy = (
  options: RequestOptions,
  body?: string,
) => Promise<{ status: number | undefined; body: string }>

/** Runs Caddy with a file as that of deploy/ before a server; everybody who asks comes from this machine. */
export async function startCaddy(caddyfile: string, upstream: number): Promise<AskCaddy> {
  const folder = await mkdtemp(join(tmpdir(), 'otp-verify-caddy-'))
  const [http, https] = await freePorts(2)
  const options = `{\nadmin off\nskip_install_trust\nauto_https disable_redirects\nhttp_port ${http}\nhttps_port ${https}\n}\n`
  const file = join(folder, 'Caddyfile')
  await writeFile(file, options + caddyfile.replace(/otp-a:8787 otp-b:8787/, `127.0.0.1:${upstream}`))
  const env = { ...process.env, OTP_HOSTNAME: 'localhost', HOME: folder, XDG_DATA_HOME: folder }
  const args = ['run', '--config', file, '--adapter', 'caddyfile']
  const child = spawn('caddy', args, { env, stdio: 'ignore' })
  onTestFinished(async () => {
    await end(child)
    await rm(folder, { recursive: true, force: true })
  })
  const root = join(folder, 'caddy/pki/authorities/local/root.crt')
  await expect.poll(() => existsSync(root)).toBe(true)
  return async function ask({ headers, ...options }, body) {
    const asked = request({
      ...{ host: '127.0.0.1', port: https, servername: 'localhost', ca: readFileSync(root) },
      ...{ headers: { host: `localhost:${https}`, ...headers }, ...options },
    })
    const [answer] = (await once(asked.end(body), 'response')) as [IncomingMessage]
    return { status: answer.statusCode, body: await text(answer) }
  }
}
