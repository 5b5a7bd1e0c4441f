// Bare Hono with a pool of undici's, and jose.
import { serveHono } from './hono-app.mjs'
import * as infobip from './pool.mjs'

serveHono(infobip)
