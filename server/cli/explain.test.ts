import { expect, it } from 'vitest'
import { ConfigError } from '../config/config-error.js'
import { ArgumentError } from './argument-error.js'
import { explain } from './explain.js'

it('blames the configuration for its own mistakes only', () => {
  expect(explain(new ConfigError(['OTP_PORT: is a number']))).toBe(
    'The configuration cannot be used:\n  - OTP_PORT: is a number',
  )
  expect(explain(new ArgumentError(['NUMBER: it is no valid number']))).toBe('NUMBER: it is no valid number')
})
