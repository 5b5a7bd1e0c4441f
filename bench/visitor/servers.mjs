import { once } from 'node:events'
import { createServer } from 'node:http'
import { PATHS } from '../../dist/contract/index.js'
import { startServer } from '../servers.mjs'

/** Starts our server, as it is deployed, for sites of one origin: the countries of each by its key. */
export async function startOurs(origin, countriesOf) {
  const sites = Object.entries(countriesOf).map(([sitekey, countries]) => ({
    ...{ sitekey, countries, origins: [origin], channels: ['sms'] },
  }))
  const addressAt = (port) => `http://localhost:${port}`
  const { port, stop } = await startServer({
    configOf: ({ port, sandboxPort }) => ({
      publicUrl: addressAt(port),
      sandboxPort,
      logLevel: 'fatal',
      sites,
    }),
  })
  return { address: addressAt(port), stop }
}

/** The headers with which our script travels; what others serve has them too, because a page waits for headers as well. */
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
