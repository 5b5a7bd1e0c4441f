import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeKeyFile } from '../../server/token/key-file.js'
import { startSandbox, type RunningSandbox } from '../../server/sandbox/index.js'
import { end, freePorts, launch, untilAnswers } from './built.js'

/** The page that may ask the instances for codes. */
export const ORIGIN = 'https://shop.example'

/** The secret under which the site's backend redeems tokens. */
export const SECRET = `otps_${randomBytes(32).toString('hex')}`

/** Several processes of the built server: one site, one store, one simulated Infobip. */
export interface Instances {
  /** Public URL of them all, as their tokens name it. */
  issuer: string
  /** Address of each. */
  addresses: readonly string[]
  sandbox: RunningSandbox
  /** Folder in which they were started. */
  folder: string
  /** File of their signing keys. */
  keyFile: string
  /** File of their configuration; who is started again reads it anew. */
  configFile: string
  /** Addresses at which each tells its health. */
  admins: readonly string[]
  /** Sends requests to one after the other, as a load balancer without any memory does. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  /**
   * Starts one more; resolves with its exit code and what it printed if it ends within its first seconds, and the address
   * at which it tells its health.
   */
  add(env: Record<string, string>): Promise<{ exitCode: number | null; output: string; admin: string }>
  /** Starts one again that has ended, and waits until it answers. */
  restart(index: number): Promise<void>
  /** The processes, to be killed. */
  children: readonly ChildProcess[]
  stop(): Promise<void>
}

/** What differs from what instances usually are. */
export interface InstancesOptions {
  /** Settings of their site. */
  site?: object
  /** Variables of each, by its number. */
  env?: (index: number) => Record<string, string>
  /** Where they find Infobip, and by which key, if not at the sandbox itself. */
  infobip?: (sandbox: RunningSandbox) => Promise<{ baseUrl: string; apiKey: string }>
}

/** Seconds that a code of the site `brief` lives. */
export const BRIEF = 5

/**
 * The configuration of a server with the sites `shop` and `brief`, whose codes are soon too old.
 *
 * @param settings what differs in both.
 */
export function siteConfig(
  publicUrl: string,
  store: string,
  signingKeys: string,
  sandbox: RunningSandbox,
  settings: object = {},
) {
  const { url: baseUrl, apiKey, applicationId, messageId } = sandbox
  const site = {
    ...{ origins: [ORIGIN], countries: ['US'] },
    // Drills send more to one number than anybody may.
    ...{ dailyBudget: 1_000_000, resendCooldowns: [1, 1], guard: 'shadow' },
    ...settings,
  }
  return {
    ...{ publicUrl, store, signingKeys, logLevel: 'fatal' },
    // Drills redeem faster than any backend does.
    ...{ limits: { redeemsPerSecond: 1_000_000 }, unsafe: true },
    pepper: randomBytes(32).toString('hex'),
    infobip: { baseUrl, apiKey, applicationId, messageIds: { default: messageId } },
    sites: [
      { ...site, sitekey: 'shop', secrets: [SECRET] },
      { ...site, sitekey: 'brief', codeLifetime: BRIEF },
    ],
  }
}

/** Starts `count` instances. `store` makes the address of their store of the folder they are started in. */
export async function startInstances(
  count: number,
  store: (folder: string) => string,
  { site: siteSettings = {}, env: envOf = () => ({}), infobip }: InstancesOptions = {},
): Promise<Instances> {
  const folder = await mkdtemp(join(tmpdir(), 'otp-verify-instances-'))
  const keyFile = join(folder, 'keys.json')
  await makeKeyFile(keyFile, randomBytes)
  const sandbox = await startSandbox({ port: 0, configuration: { sendPinPerApplicationLimit: '1000000/1d' } })
  const ports = await freePorts(2 * count + 2)
  const issuer = `http://localhost:${ports[0]}`
  const configFile = join(folder, 'config.json')
  const config = siteConfig(issuer, store(folder), keyFile, sandbox, siteSettings)
  Object.assign(config.infobip, await infobip?.(sandbox))
  await writeFile(configFile, JSON.stringify(config))
  const logOf = (index: number) => join(folder, `${index}.log`)
  const start = (index: number, env: Record<string, string> = {}) =>
    launch(
      {
        cwd: folder,
        env: {
          PATH: process.env['PATH'],
          OTP_PORT: String(ports[2 * index]),
          OTP_ADMIN_PORT: String(ports[2 * index + 1]),
          ...envOf(index),
          ...env,
        },
        errors: logOf(index),
      },
      ...(['bin/otp-verify.js', 'serve', '--config', configFile] as const),
    )
  const children = Array.from({ length: count }, (_, index) => start(index))
  const addresses = children.map((_, index) => `http://127.0.0.1:${ports[2 * index]}`)
  const admins = children.map((_, index) => `http://127.0.0.1:${ports[2 * index + 1]}`)
  let turn = 0
  const stop = async () => {
    await Promise.all(children.map(end))
    await sandbox.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    for (let index = 0; index < count; index++) {
      await untilAnswers(`${admins[index]}/readyz`, children)
    }
    // Each looks at its key once it has loaded what sends: that is none of what a test counts.
    while (sandbox.requests().length < count) await sleep(20)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    ...{ issuer, addresses, admins, sandbox, folder, keyFile, configFile, children, stop },
    async restart(index) {
      const child = (children[index] = start(index))
      await untilAnswers(`${admins[index]}/readyz`, [child])
    },
    fetch: (path, init) => fetch(addresses[turn++ % count] + path, init),
    async add(env) {
      const child = start(count, env)
      children.push(child)
      const ended = once(child, 'exit').then(([code]) => code as number | null)
      const admin = `http://127.0.0.1:${ports[2 * count + 1]}`
      const ready = untilAnswers(`${admin}/readyz`, [child]).then(
        () => null,
        () => ended,
      )
      return { exitCode: await ready, output: await readFile(logOf(count), 'utf8'), admin }
    },
  }
}
