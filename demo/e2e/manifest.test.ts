import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'

interface Named {
  name: string
  description?: string
}
interface Attribute extends Named {
  type?: { text: string }
  default?: string
}
interface Declaration {
  tagName?: string
  attributes: Attribute[]
  members: Named[]
  events: Named[]
  slots: Named[]
  cssParts: Named[]
  cssProperties: Named[]
  cssStates: Named[]
}

const read = (name: string) =>
  JSON.parse(readFileSync(createRequire(import.meta.url).resolve(name), 'utf8')) as unknown
const manifest = read('otp-verify/custom-elements.json') as {
  modules: { path: string; declarations: Declaration[] }[]
}
const element = manifest.modules
  .flatMap((each) => each.declarations)
  .find((each) => each.tagName === 'otp-verify')!
const names = (list: readonly Named[]) => list.map(({ name }) => name).sort()

/** What the element's own templates and styles name in that way. */
function written(pattern: RegExp, folders: string[]): string[] {
  const found = folders.flatMap((folder) => {
    const directory = new URL(`../../widget/${folder}`, import.meta.url)
    const files = readdirSync(directory).filter((name) => /^[^.]+\.ts$/.test(name))
    return files.flatMap((name) => {
      const text = readFileSync(new URL(name, directory), 'utf8')
      return [...text.matchAll(pattern)].flatMap(([, name]) => name!.split(' '))
    })
  })
  return [...new Set(found)].sort()
}

describe('the custom elements manifest of the package', () => {
  it('describes everything that a page can use', () => {
    const parts = ['attributes', 'events', 'slots', 'cssParts', 'cssProperties', 'cssStates'] as const
    for (const part of parts) {
      expect(element[part].length, part).toBeGreaterThan(4)
      for (const { name, description } of element[part]) expect(description, name).toMatch(/\w/)
    }
    expect(names(element.members)).toContain('getResponse')
    expect(names(element.members)).not.toContain('flow')
    for (const { path } of manifest.modules) expect(path).toMatch(/^dist\/widget\/[a-z-]+\.js$/)
  })

  it('says of each attribute of which type it is, and what it is unless set, in no name of the source', () => {
    const defaults = element.attributes.map(({ default: unlessSet }) => unlessSet ?? '')
    expect(defaults.filter((text) => !/^(?:'.*'|\d*|true|false|null|undefined)$/.test(text))).toEqual([])
    for (const { name, type } of element.attributes) expect(type?.text, name).toMatch(/\w/)
    expect(element.attributes).toContainEqual(
      expect.objectContaining({ name: 'name', type: { text: 'string' }, default: "'otp-verify-response'" }),
    )
  })

  it('names the parts that there are, and no others', () => {
    // A secondary button is also the part that its slot is called.
    const lesser = element.cssParts.filter(({ description }) =>
      description?.startsWith('The secondary button'),
    )
    expect(names(lesser)).toEqual(['again', 'change-number', 'instead'])
    const others = element.cssParts.filter((part) => !lesser.includes(part))
    expect(names(others)).toEqual(written(/\bpart="([a-z-]+(?: [a-z-]+)*)/g, ['render/', '']))
  })

  it('names the colours and lengths that the styles read, and no others', () => {
    expect(names(element.cssProperties)).toEqual(written(/var\((--otp-[a-z-]+)/g, ['styles/']))
  })

  it('is what VS Code learns of the tag', () => {
    const { tags } = read('../../dist/vscode.html-custom-data.json') as {
      tags: { name: string; attributes: (Named & { values: Named[] })[] }[]
    }
    expect(tags.map(({ name }) => name)).toEqual(['otp-verify'])
    expect(names(tags[0]!.attributes)).toEqual(names(element.attributes))
    const choices = tags[0]!.attributes.filter(({ values }) => values.length > 0)
    expect(Object.fromEntries(choices.map(({ name, values }) => [name, names(values)]))).toEqual({
      ...{ 'auto-submit': ['off', 'on'], resume: ['off', 'on'], 'refresh-expired': ['off', 'on'] },
      ...{ channel: ['sms', 'voice'], theme: ['auto', 'dark', 'light'] },
    })
  })
})
