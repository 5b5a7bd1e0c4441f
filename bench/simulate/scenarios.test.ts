import { expect, it } from 'vitest'
import { scenarioOf } from './scenarios.js'

it('what is no scenario is not played as a calm week', () => {
  expect(scenarioOf('none', 11, 0).title).toBe('calm')
  for (const name of ['a', 'Z', '', 'constructor'])
    expect(() => scenarioOf(name, 11, 0), name).toThrow(`There is no scenario "${name}".`)
})
