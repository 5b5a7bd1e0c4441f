// The element first: in this order the script packs best.
import { register } from './register.js'
import { lendNonce } from './challenge/hosted.js'
import { fetchedAsPinned } from './locales/fetched.js'
import { stock } from './locales/library.js'
import { configure, serverOfScript } from './server-address.js'

/** Integrity hash of the list of files with sentences, inserted by the build. */
declare const LOCALES_PIN: string

// Asked of the prototype: `<img name="currentScript">` in the page would shadow the document's own property.
const currentScript = Object.getOwnPropertyDescriptor(Document.prototype, 'currentScript')!.get!
const script = currentScript.call(document) as HTMLScriptElement | null
const server = script?.src && serverOfScript(script.src)
if (server) configure({ server })
lendNonce(script?.nonce ?? '')
stock(fetchedAsPinned(LOCALES_PIN))
register()
