import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { checkUse, lean } from '../scripts/lean-lit.mjs'
import { listed } from '../scripts/plain-decorators.mjs'

const LIT_HTML = fileURLToPath(new URL('../node_modules/lit-html/lit-html.js', import.meta.url))

describe('Lit in the script', () => {
  it('is without what the element does not use', async () => {
    const source = await readFile(LIT_HTML, 'utf8')
    expect(source).toContain('litDirective')
    expect(lean(source, LIT_HTML)).not.toContain('litDirective')
  })

  it('stops the build when it is another than the one that was cut', () => {
    expect(() => lean('export {}', '/node_modules/lit-html/lit-html.js')).toThrow('has changed')
  })

  it.each([
    'html`<div ${directive}></div>`',
    'html`<div class="a ${name}" ${directive}></div>`',
    'html`<${tag}></${tag}>`',
    'html`<!-- ${text} -->`',
    'html`<p>${1}<textarea>${text}</textarea></p>`',
    'html`<p>${1} < ${2}</p>`',
    'html`<p>${1} > ${2}</p>`',
    'html`<p title="${1} > ${2}"></p>`',
    'html`<p title="a > b" lang=${1}></p>`',
    'html`<p title="<b>"></p>`',
    "html`<p title='>' lang=${1}></p>`",
    'html`<p>~</p>`',
    'html`<p>&#126;</p>`',
    'html`<p>\\x7e</p>`',
    'html`<p class="a" class=${1}></p>`',
    'html`<input .readOnly=${1} />`',
    'html`<p lang=${1}/>`',
    'html`<p onclick=${1}></p>`',
    'html`<p style="color: ${1}"></p>`',
    'html`<p ?${1}></p>`',
    'class A { firstUpdated() {} }',
    'class A { updated() { super.updated() } }',
    'class A { update() { return this.hasUpdated } }',
    'class A { @property({ type: Number }) count = 1 }',
    'class A { @property({ converter, reflect: true }) text = 1 }',
  ])('stops the build when the element needs more of it: %s', (source) => {
    expect(() => checkUse(source, 'a.ts')).toThrow('the script has a Lit without')
  })

  it('lets the element have values in attributes and between tags', () => {
    const source =
      'html`<div class="a ${1} ${2}" lang=${3} .value=${4} ?disabled=${5} @click=${6}>${7} ${8}<br /></div\n> ${9}`'
    expect(() => checkUse(source, 'a.ts')).not.toThrow()
    expect(() => checkUse('@property({ type: Boolean, reflect: true }) a = false', 'a.ts')).not.toThrow()
  })
})

describe('The properties in the script', () => {
  it('are one list', () => {
    const source = `class A {
      @state() private off = false
      @property() name = ''
      @property({ attribute: 'token-nonce' }) tokenNonce = ''
      @property({ type: Boolean, attribute: 'read-only' }) readOnly = false
      @property({ type: Boolean, reflect: true }) required = false
      @property({ reflect: true, useDefault: true }) theme = 'auto'
      @property({ attribute: false }) server = ''
    }`
    expect(listed(source)).toContain("'.off name token-nonce ?read-only !required =theme:auto .server'")
    expect(listed(source)).not.toMatch(/@|readOnly = |theme = /)
    expect(listed(source)).toContain('off = false')
    expect(listed('class A { @property() name = NAME }')).toContain('name = NAME')
    expect(listed('class A { name = 1 }')).toBeUndefined()
  })

  it.each([
    '@property({ reflect: true }) name',
    '@property() tokenNonce',
    "@property({ attribute: 'nonce' }) tokenNonce",
    '@property({ type: Number }) count',
    '@property() name; other',
  ])('stop the build when one is of another kind: %s', (member) => {
    expect(() => listed(`class A { ${member} = x }`)).toThrow('cannot have')
  })
})
