import { Hono } from 'hono'
import { auth } from 'hono/utils/basic-auth'
import { PATHS } from '../../contract/index.js'
import type { RecordDeliveries } from '../observe/deliveries.js'
import type { DeliveryReports } from '../provider/provider.js'
import { VerificationError } from '../refusal/verification-error.js'
import { answerText } from './answer.js'
import { atMost } from './body.js'
import type { AppEnv } from './env.js'

/** Most bytes that a call may have: a thousand reports. */
const LARGEST = 1_000_000

/** Takes the delivery reports of the service that sends messages, and of nobody else. */
export function deliveryRoutes(reports: DeliveryReports, record: RecordDeliveries): Hono<AppEnv> {
  return new Hono<AppEnv>().post(
    PATHS.deliveryReports,
    async function onlyTheService(c, next) {
      const given = auth(c.req.raw)
      if (given && reports.isService(given.username, given.password)) return next()
      const headers = { 'WWW-Authenticate': 'Basic realm="delivery reports"' }
      return answerText(c, null, { status: 401, headers })
    },
    atMost(LARGEST),
    async (c) => {
      const read = reports.read(await c.req.json().catch(() => undefined))
      if (!read) throw new VerificationError('invalid_request')
      await record(read)
      return answerText(c, null, { status: 204 })
    },
  )
}
