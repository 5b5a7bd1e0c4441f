import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { configJsonSchema, settingsAt, type JsonSchema } from './json-schema.js'
import { configSchema } from './schema.js'

const published: unknown = JSON.parse(
  readFileSync(new URL('../../docs/otp-verify.schema.json', import.meta.url), 'utf8'),
)

it('docs/otp-verify.schema.json is what scripts/config-schema.mjs would write', () => {
  expect(published).toEqual(configJsonSchema())
})

it('knows every setting of the file, and asks for none that variables may set', () => {
  expect(settingsAt([])).toEqual(Object.keys(configSchema.shape))
  expect(settingsAt(['infobip'])).toContain('hostPlaceholder')
  expect(settingsAt(['sites', 3])).toContain('dailyBudget')
  expect(settingsAt(['nowhere', 0])).toEqual([])
  expect(configJsonSchema()).not.toHaveProperty('required')
  expect(configJsonSchema().properties!['infobip']).not.toHaveProperty('required')
  expect(configJsonSchema().properties!['sites']!.items).toHaveProperty('required', [
    ...['sitekey', 'origins', 'countries'],
  ])
})

it('says of every setting what it is', () => {
  function silent({ properties = {} }: JsonSchema, at: string): string[] {
    return Object.entries(properties).flatMap(([name, member]) => [
      ...(typeof member['description'] === 'string' ? [] : [at + name]),
      // Of names that files choose, such as languages, the one that is fixed is told of with them.
      ...(member['additionalProperties'] === false ? silent(member, `${at}${name}.`) : []),
    ])
  }
  const schema = configJsonSchema()
  expect(silent(schema, '')).toEqual([])
  expect(silent(schema.properties!['sites']!.items!, 'sites.')).toEqual([])
})

it('a file may name it', () => {
  const $schema = './node_modules/otp-verify/docs/otp-verify.schema.json'
  const site = { sitekey: 'a', origins: ['https://a.example'], countries: ['HR'] }
  expect(configSchema.safeParse({ $schema, sites: [site] }).success).toBe(true)
})
