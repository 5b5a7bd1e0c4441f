import { readdir, readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { mangled } from '../scripts/mangled-names.mjs'
import { en } from '../widget/locales/en.js'

const BUILT = new URL('../dist/', import.meta.url)

interface Described {
  modules: { declarations?: { tagName?: string; members?: { name: string }[] }[] }[]
}

const pattern = mangled()
const among = (names: string[]) => names.filter((name) => pattern.test(name))

it('what pages know of the element keeps its names in the script', async () => {
  const text = await readFile(new URL('custom-elements.json', BUILT), 'utf8')
  const element = (JSON.parse(text) as Described).modules
    .flatMap(({ declarations = [] }) => declarations)
    .find(({ tagName }) => tagName)
  const members = element!.members!.map(({ name }) => name)
  expect(members).toContain('getResponse')
  expect(among(members)).toEqual([])
})

it('so does what is said to the server and by it, and what other languages say', async () => {
  const contract = new URL('contract/', BUILT)
  const files = (await readdir(contract)).filter((name) => name.endsWith('.d.ts'))
  const texts = await Promise.all(files.map((name) => readFile(new URL(name, contract), 'utf8')))
  const members = texts.flatMap((text) => [...text.matchAll(/^\s+(\w+)\??: /gm)].map(([, name]) => name!))
  expect(members).toContain('verificationId')
  expect(among([...members, ...Object.keys(en)])).toEqual([])
})

it('so does what outlives a page, or is an option of the platform and of other services', () => {
  const names = [
    'lastDigits',
    'expiresAt',
    'cData',
    'hl',
    'trustedTypes',
    'createScriptURL',
    'inputmode',
    'typ',
  ]
  expect(among(names)).toEqual([])
})

it('members that the element alone knows have shorter ones', () => {
  expect(among(['handleComplete', 'numberFixed', 'messageReader'])).toHaveLength(3)
})
