import ts from 'typescript'
import { expect, it } from 'vitest'
import { read, ROOT } from './manifest.js'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const BLOCKS = [...read('docs/frameworks.md').matchAll(/^```(\w+)\n([^]*?)^```$/gm)].map(
  ([, language, text]) => ({ language: language!, text: text! }),
)

/** What the build says of the element. */
const described = JSON.parse(readFileSync(join(ROOT, 'dist/custom-elements.json'), 'utf8')) as {
  modules: {
    declarations?: { tagName?: string; attributes?: { name: string }[]; events?: { name: string }[] }[]
  }[]
}
const element = described.modules
  .flatMap(({ declarations = [] }) => declarations)
  .find((each) => each.tagName)!
const names = new Set([...element.attributes!, ...element.events!].map(({ name }) => name))

/** The attributes and events of the tags in a recipe, without what each framework writes around them. */
function namesIn(text: string): string[] {
  return [...text.matchAll(/<otp-verify\s([^>]*)>/g)].flatMap(([, inside = '']) =>
    inside
      .replace(/=("[^"]*"|'[^']*'|\{[^}]*\})/g, '')
      .split(/[\s/]+/)
      .filter(Boolean)
      .map((name) => name.replace(/^(\[attr\.|\(|:|@|on:)|[\])]$/g, '').replace(/^on(?=verified)/, '')),
  )
}

it('the recipes of docs/frameworks.md name attributes and events that the element has, and Svelte’s and Vue’s own', () => {
  const used = BLOCKS.flatMap(({ text }) => namesIn(text))
  expect(used).toEqual(expect.arrayContaining(['sitekey', 'token-nonce', 'verified']))
  expect(used.filter((name) => !names.has(name) && name !== 'v-if')).toEqual([])
})

it('its programs are without a slip of the pen', () => {
  const programs = BLOCKS.filter(({ language }) => /^[jt]sx?$/.test(language))
  expect(programs.length).toBeGreaterThan(8)
  for (const { language, text } of programs) {
    const { diagnostics = [] } = ts.transpileModule(text, {
      fileName: `page.${language}`,
      reportDiagnostics: true,
    })
    expect(diagnostics.map(({ messageText }) => messageText)).toEqual([])
  }
})
