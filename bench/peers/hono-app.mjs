import process from 'node:process'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { tokenFor } from './token.mjs'

/** Serves bare verifications with an app of Hono's that has nothing else. */
export function serveHono({ sendCode, checkCode }) {
  const app = new Hono()
    .post('/v1/verifications', async (c) => {
      const { phoneNumber } = await c.req.json()
      return c.json({ verificationId: await sendCode(phoneNumber) }, 201)
    })
    .post('/v1/verifications/check', async (c) => {
      const { verificationId, code } = await c.req.json()
      const phoneNumber = await checkCode(verificationId, code)
      if (phoneNumber === undefined) return c.json({ code: 'code_incorrect' }, 400)
      return c.json({ token: await tokenFor(phoneNumber) })
    })
  serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' })
}
