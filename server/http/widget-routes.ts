import { createHash } from 'node:crypto'
import { Hono, type Context } from 'hono'
import { PATHS } from '../../contract/index.js'
import { answer, ANY_ORIGIN, JSON_TYPE } from './answer.js'
import { compressed } from './compressed.js'
import type { AppEnv } from './env.js'

/** The built script and the version it was built as. */
export interface WidgetScript {
  source: string
  version: string
  /** Its sentences in other languages, as JSON, by the names of their files. */
  locales: ReadonlyMap<string, string>
}

/** For what other builds have under the same name; even one version may be built more than once. */
const FIVE_MINUTES = 'public, max-age=300'

/** For files whose name changes with their content. */
const IMMUTABLE = 'public, max-age=31536000, immutable'

/** The widget for script tags, its immutable twin under a name of its content, its integrity hashes and its languages. */
export function widgetRoutes({ source, version, locales }: WidgetScript): Hono<AppEnv> {
  const hash = createHash('sha384').update(source).digest()
  const versioned = pathOf(version)
  const immutable = pathOf(`${version}-${hash.toString('hex').slice(0, 12)}`)
  const integrity = `sha384-${hash.toString('base64')}`
  const answerScript = compressed(source)
  const sentences = new Map([...locales].map(([name, text]) => [name, compressed(text)]))

  function script(c: Context<AppEnv>, caching: string): Promise<Response> {
    // A script tag on another site, with or without integrity, must be able to load it.
    const headers = {
      ...ANY_ORIGIN,
      'Content-Type': 'text/javascript; charset=utf-8',
      'Cache-Control': caching,
    }
    return answerScript(c, headers)
  }

  return new Hono<AppEnv>()
    .get(`${PATHS.locales}/:file`, async (c) => {
      const answerSentences = sentences.get(c.req.param('file'))
      if (!answerSentences) return readable(await c.notFound())
      return answerSentences(c, { ...ANY_ORIGIN, ...JSON_TYPE, 'Cache-Control': IMMUTABLE })
    })
    .get(PATHS.script, (c) => script(c, FIVE_MINUTES))
    .get(versioned, (c) => script(c, FIVE_MINUTES))
    .get(immutable, (c) => script(c, IMMUTABLE))
    .get(PATHS.integrity, (c) => {
      const files = { [immutable]: integrity, [versioned]: integrity, [PATHS.script]: integrity }
      return answer(c, { version, files }, { headers: ANY_ORIGIN })
    })
}

/** Another name of the script. */
function pathOf(build: string): string {
  return PATHS.script.replace('.js', `-${build}.js`)
}

/** Lets a page read that a file is missing: an older script asks for languages that only its own server has. */
function readable(missing: Response): Response {
  for (const [name, value] of Object.entries(ANY_ORIGIN)) missing.headers.set(name, value)
  return missing
}
