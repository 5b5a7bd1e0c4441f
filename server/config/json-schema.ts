import { z } from 'zod'
import { configSchema } from './schema.js'

/** A JSON Schema, as far as this file needs it. */
export interface JsonSchema {
  properties?: Record<string, JsonSchema>
  items?: JsonSchema
  [keyword: string]: unknown
}

/** Paths of objects whose members the file may leave to variables. */
const ELSEWHERE = [[], ['infobip'], ['infobip', 'messageIds'], ['alerts']]

/**
 * The configuration file for editors (JSON Schema 2020-12). It cannot say everything that is checked.
 *
 * @param alone what is required where there are no variables beside it.
 */
export function configJsonSchema({ alone = false } = {}): JsonSchema {
  const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
  for (const path of alone ? [] : ELSEWHERE) delete walk(schema, path)?.['required']
  const pepper = schema.properties?.['pepper']
  // One of the two may stand without its list.
  if (pepper?.items) {
    const { description, ...list } = pepper
    schema.properties!['pepper'] = { description, anyOf: [pepper.items, list] }
  }
  return { ...schema, title: 'otp-verify.config.json' }
}

function walk(schema: JsonSchema | undefined, path: readonly PropertyKey[]): JsonSchema | undefined {
  let at = schema
  for (const step of path) at = typeof step === 'number' ? at?.items : at?.properties?.[String(step)]
  return at
}

/** The names of the settings at a path. */
export function settingsAt(path: readonly PropertyKey[]): string[] {
  return Object.keys(walk(configJsonSchema(), path)?.properties ?? {})
}
