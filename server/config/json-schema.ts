import { z } from 'zod'
import { configSchema } from './schema.js'

/** A JSON Schema, as far as it is walked through here. */
export interface JsonSchema {
  properties?: Record<string, JsonSchema>
  items?: JsonSchema
  [keyword: string]: unknown
}

/** The configuration file for editors (JSON Schema 2020-12). It cannot say everything that is checked. */
export function configJsonSchema(): JsonSchema {
  const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema
  return { ...schema, title: 'otp-verify.config.json' }
}

/** The names of the settings at a path. */
export function settingsAt(path: readonly PropertyKey[]): string[] {
  let schema: JsonSchema | undefined = configJsonSchema()
  for (const step of path)
    schema = typeof step === 'number' ? schema?.items : schema?.properties?.[String(step)]
  return Object.keys(schema?.properties ?? {})
}
