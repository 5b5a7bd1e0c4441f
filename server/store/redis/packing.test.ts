import { expect, it } from 'vitest'
import { facts } from '../test/bench.js'
import { packFacts, readVerification } from './packing.js'

it('keeps and reads a verification without a key as it did before there were any (SR-A17)', () => {
  const others = '["US","en",null,null,"n"]'
  const optional = { language: 'en', nonce: 'n' }
  expect(packFacts(facts(optional)).at(-1)).toBe(others)
  const numbers = [1, 2, 3, 4, 5, null]
  const [slot, phone, ...texts] = packFacts(facts())
  const names = [...texts.slice(0, 2), others].map((text) => Buffer.from(text))
  const reply = [Buffer.from('sent'), Buffer.from('sms'), ...numbers, slot, phone, ...names]
  const read = readVerification('id-1', reply)
  expect(read).toMatchObject(facts(optional))
  expect(read.keyThumbprint).toBeUndefined()
})
