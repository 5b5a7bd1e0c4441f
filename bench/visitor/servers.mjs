import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath, URL } from 'node:url'
import { PATHS } from '../../dist/contract/index.js'
import { end, freePorts, untilAnswers } from '../../dist/demo/processes/built.js'

const PROGRAM = fileURLToPath(new URL('../../dist/bin/otp-verify.js', import.meta.url))

/** Starts our server, as it is deployed, for sites of one origin: the countries of each by its key. */
export async function startOurs(origin, countriesOf) {
  const folder = mkdtempSync(join(tmpdir(), 'otp-verify-bench-'))
  const [port, adminPort, sandboxPort] = await freePorts(3)
  const publicUrl = `http://localhost:${port}`
  const sites = Object.entries(countriesOf).map(([sitekey, countries]) => ({
    ...{ sitekey, countries, origins: [origin], channels: ['sms'] },
  }))
  const config = join(folder, 'config.json')
  const settings = { publicUrl, port, adminPort, sandboxPort, logLevel: 'fatal', sites }
  writeFileSync(config, JSON.stringify(settings))
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--config', config], {
    ...{ cwd: folder, env: { PATH: process.env.PATH }, stdio: 'ignore' },
  })
  await untilAnswers(publicUrl + PATHS.script, [child])
  return {
    address: publicUrl,
    async stop() {
      await end(child)
      rmSync(folder, { recursive: true })
    },
  }
}

/** The headers with which our script travels, for what others serve: a page waits for headers too. */
export async function headersOfOurs(address) {
  const { headers } = await fetch(address + PATHS.script, { headers: { 'Accept-Encoding': 'br' } })
  const ofItsOwn = ['content-length', 'content-type', 'date', 'connection', 'keep-alive']
  return Object.fromEntries([...headers].filter(([name]) => !ofItsOwn.includes(name)))
}

/** Starts a server whose answers are what `find` returns for a path, if anything. */
export async function startFiles(find) {
  const server = createServer((request, response) => {
    const file = find(request.url)
    if (!file) return void response.writeHead(404).end()
    response.writeHead(200, { ...file.headers, 'Content-Length': file.body.length }).end(file.body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: server.address().port,
    stop() {
      server.close()
      server.closeAllConnections()
    },
  }
}
