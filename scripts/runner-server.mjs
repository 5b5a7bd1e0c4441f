import { once } from 'node:events'

/** What the page of a test asks for: the runner's own files, the element, the contract, and packages wherever they are. */
const PATHS =
  /^\/($|__web-dev-server__|(__web-test-runner__|widget|contract|(__wds-outside-root__\/\d+\/(.+\/)?)?node_modules)\/)/

/**
 * Binds the runner's server to loopback. By itself it listens to the network too, whatever name it is
 * given, and lets every website open its web socket.
 */
export function onThisMachine() {
  return {
    name: 'otp-verify-on-this-machine',
    async serverStart({ server }) {
      const { port } = server.address()
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
      server.prependListener('upgrade', ({ headers }, socket) => {
        if (!isOwn(headers.host, port) || headers.origin !== `http://${headers.host}`) socket.destroy()
      })
      await once(server.listen({ port, host: '127.0.0.1' }), 'listening')
    },
  }
}

/** Refuses what no test needs, such as keys and settings in the checkout, and pages under a name of somebody else's. */
export async function testFilesOnly(context, next) {
  if (isOwn(context.host, context.socket.localPort) && isTestFile(context.path)) return next()
  context.status = 403
}

function isOwn(host, port) {
  return host === `localhost:${port}` || host === `127.0.0.1:${port}`
}

/** Checked decoded, since the runner decodes before splitting the path. */
function isTestFile(path) {
  try {
    const decoded = decodeURIComponent(path)
    return PATHS.test(path) && !/[\\/]\.\.?([\\/]|$)/.test(decoded)
  } catch {
    return false
  }
}
