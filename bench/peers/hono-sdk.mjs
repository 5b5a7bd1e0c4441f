// Bare Hono with Infobip's SDK as it is, and jose.
import { serveHono } from './hono-app.mjs'
import * as infobip from './sdk.mjs'

serveHono(infobip)
