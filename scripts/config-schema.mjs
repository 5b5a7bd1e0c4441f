// Writes docs/otp-verify.schema.json, by which editors know what the configuration file may say. Build first.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'prettier'
import { configJsonSchema } from '../dist/server/config/json-schema.js'
import { root, say } from './processes.mjs'

const file = 'docs/otp-verify.schema.json'
writeFileSync(
  join(root, file),
  await format(JSON.stringify(configJsonSchema()), { parser: 'json', printWidth: 110 }),
)
say(`Wrote ${file}.`)
