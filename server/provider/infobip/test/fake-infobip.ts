import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import { createServer as createSecureServer, type ServerOptions } from 'node:https'
import { connect, createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net'
import { Worker } from 'node:worker_threads'
import { onTestFinished } from 'vitest'
import type { Provider, ProviderCall } from '../../provider.js'
import { infobipProvider, type InfobipDeps, type InfobipSettings } from '../infobip.js'

/** A request as it arrived. */
export interface Heard {
  method: string
  url: string
  headers: IncomingMessage['headers']
  body: string
}

/** How a fake Infobip treats a request whose body has been read. */
export type Behaviour = (response: ServerResponse, heard: Heard) => void

/** A server on this machine that answers as a test wants, and remembers what it heard. */
export interface FakeInfobip {
  url: string
  heard: Heard[]
  /** Connections accepted so far. */
  connections: () => number
}

/** Starts a fake Infobip for the running test; with `tls` it speaks https. */
export async function fakeInfobip(behaviour: Behaviour, tls?: ServerOptions): Promise<FakeInfobip> {
  const heard: Heard[] = []
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const one = { method, url, headers, body: Buffer.concat(chunks).toString() }
      heard.push(one)
      behaviour(response, one)
    })
  }
  const server = tls ? createSecureServer(tls, listener) : createServer(listener)
  let connections = 0
  server.on('connection', () => connections++)
  const port = await listen(server)
  return { url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`, heard, connections: () => connections }
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

/** An address of this machine on which nobody listens. */
export async function deadUrl(): Promise<string> {
  const server = createServer()
  const port = await listen(server)
  await new Promise((resolve) => server.close(resolve))
  return `http://127.0.0.1:${port}`
}

/**
 * A server that takes connections and says nothing, not even its part of a TLS handshake.
 *
 * @returns `connected` resolves once it has taken one.
 */
export async function silentInfobip(): Promise<{ url: string; connected: Promise<void> }> {
  const sockets: Socket[] = []
  const server = createTcpServer((socket) => sockets.push(socket.on('error', () => {})))
  const connected = new Promise<void>((resolve) => server.once('connection', () => resolve()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, connected }
}

/** The address of a server whose thread stands still, and that has as many connections to take as may wait for it. */
export async function fullUrl(): Promise<string> {
  const worker = new Worker(
    `const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       require('node:worker_threads').parentPort.postMessage(server.address().port)
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
     })`,
    { eval: true },
  )
  const port = await new Promise<number>((resolve) => worker.once('message', resolve))
  const waiting = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => {}))
  onTestFinished(async () => {
    for (const socket of waiting) socket.destroy()
    await worker.terminate()
  })
  await Promise.any(waiting.map((socket) => new Promise((resolve) => socket.once('connect', resolve))))
  return `http://127.0.0.1:${port}`
}

/** Answers with a JSON body. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Behaviour {
  return raw(status, JSON.stringify(body), { 'Content-Type': 'application/json;charset=UTF-8', ...headers })
}

/** Answers with exactly this text. */
export function raw(status: number, body: string | Buffer, headers: Record<string, string> = {}): Behaviour {
  return (response) => response.writeHead(status, headers).end(body)
}

/** Takes the request and never answers. */
export const hang: Behaviour = () => {}

/** The pinId of most answers. */
export const PIN_ID = '9C817C6F8AF3D48F9FE553282AFA2B67'

/** Infobip's answer to an accepted text message. */
export const MESSAGE_SENT = {
  pinId: PIN_ID,
  to: '12025550123',
  ncStatus: 'NC_DESTINATION_REACHABLE',
  smsStatus: 'MESSAGE_SENT',
}

/** Infobip's answer to the right code. */
export const VERIFIED = { pinId: PIN_ID, msisdn: '12025550123', verified: true, attemptsRemaining: 0 }

/** A message to a number that nobody has. */
export const TO_ALICE = { phoneNumber: '+12025550123', channel: 'sms' } as const

/** Settings that work against `baseUrl`. */
export function settingsFor(baseUrl: string): InfobipSettings {
  return {
    baseUrl,
    apiKey: 'key-canary-5e1f',
    applicationId: 'APPLICATION1',
    messageIds: { default: 'MESSAGE1' },
    numberLookup: false,
  }
}

/** A provider with an ear on what it reports. */
export function listeningProvider(
  baseUrl: string,
  deps: InfobipDeps = {},
): { provider: Provider; calls: ProviderCall[] } {
  const calls: ProviderCall[] = []
  const provider = infobipProvider(settingsFor(baseUrl), { onCall: (call) => calls.push(call), ...deps })
  return { provider, calls }
}
