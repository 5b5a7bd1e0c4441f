import { Hono, type Context } from 'hono'
import { streamSSE } from 'hono/streaming'
import { prettifyError, type z } from 'zod'
import { behaviourSchema } from './behaviour.js'
import { faultSchema, type Faults } from './faults.js'
import type { RequestLog } from './request-log.js'
import type { State } from './state.js'

const MESSAGES_SHOWN = 200

/** The sandbox's own routes: what was delivered, what was asked, what is to go wrong, what is to be different. */
export function controlRoutes(state: State, faults: Faults, log: RequestLog): Hono {
  const routes = new Hono()
  routes.get('/messages', (c) => c.json(state.inbox.messages(c.req.query('to'))))
  routes.get('/events', (c) => messageEvents(c, state))
  routes.get('/requests', (c) => c.json(log.requests()))

  routes.get('/faults', (c) => c.json(faults.armed()))
  routes.post('/faults', (c) => withBody(c, faultSchema, (fault) => c.json(faults.arm(fault), 201)))
  routes.delete('/faults', (c) => {
    faults.disarm()
    return c.body(null, 204)
  })

  routes.get('/behaviour', (c) => c.json(state.behaviour))
  routes.patch('/behaviour', (c) =>
    withBody(c, behaviourSchema, (changes) => {
      state.behaviour = { ...state.behaviour, ...changes }
      return c.json(state.behaviour)
    }),
  )
  return routes
}

async function withBody<Schema extends z.ZodType>(
  c: Context,
  schema: Schema,
  use: (read: z.output<Schema>) => Response,
): Promise<Response> {
  // A page on another origin can post any other type without asking first.
  if (!/^application\/json\b/i.test(c.req.header('content-type') ?? '')) {
    return c.json({ error: 'Send the body as application/json.' }, 415)
  }
  const body: unknown = await c.req.json().catch(() => undefined)
  const result = schema.safeParse(body)
  return result.success ? use(result.data) : c.json({ error: prettifyError(result.error) }, 400)
}

/** Server-sent events: first `messages` with the newest 200, then a `message` for each that arrives. */
function messageEvents(c: Context, { inbox }: State): Response {
  return streamSSE(c, async (stream) => {
    const stop = inbox.listen((message) => {
      void stream.writeSSE({ event: 'message', data: JSON.stringify(message) })
    })
    const gone = new Promise<void>((resolve) => stream.onAbort(resolve))
    await stream.writeSSE({
      event: 'messages',
      data: JSON.stringify(inbox.messages().slice(-MESSAGES_SHOWN)),
    })
    await gone
    stop()
  })
}
