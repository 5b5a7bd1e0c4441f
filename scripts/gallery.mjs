import './node-version.mjs'
import { holderOf, portState, readPort } from './ports.mjs'
import { end, installPackages } from './setup.mjs'
import { whenStopped } from './supervise.mjs'

const port = readPort(process.env, 'GALLERY_PORT', 5175)

await installPackages()
if ((await portState(port)) !== 'free')
  end(
    `Port ${port} is in use by ${holderOf(port) ?? 'another program'}. Choose another with GALLERY_PORT, for example GALLERY_PORT=${port + 100} npm run gallery.`,
  )
// Imported only once the packages are installed.
const { serveSources } = await import('./gallery-server.mjs')
const { address, stop } = await serveSources(port)
whenStopped(() => void stop().then(() => process.exit(0)))
console.log(`
  Every state of the element    ${address}
  In five designs of others     ${address}/#hosts

  It is served from its sources: change widget/styles and look. Ctrl-C stops it.
`)
