/** What stands for a value in a template, as in lit-cuts.mjs. */
const VALUE = '~'

const ATTRIBUTE = /\s+([.?@]?[a-zA-Z][\w-]*)(?:=("[^"<>]*"|~))?(?=[\s>])/g

/** A tag, but none of an element whose content is no markup. */
const TAG = new RegExp(
  `</[a-z][a-z0-9]*\\s*>|<(?!script|style|textarea|title)[a-z][a-z0-9]*(?:${ATTRIBUTE.source})*(?:\\s*|\\s+/)>`,
  'g',
)

/**
 * The browser has the name of an attribute in small letters, and until the value is taken out of the template it is a
 * handler or a style where it is named like one.
 */
const BOUND = /^(?!on|style$)[.?@]?[a-z-]+$/

/**
 * What the script's Lit would read otherwise than Lit in a template, if anything: it tells values in tags from those
 * between tags by what comes next, `<` or `>`, and those in a tag by the name that the browser gives them.
 *
 * @param pieces the text of the template around its values
 */
export function misread(pieces) {
  const [mark] = /[~\\]|&#/.exec(pieces.join(' ')) ?? []
  const rest = pieces.join(VALUE).replace(TAG, (tag) => (isPlain(tag) ? '' : tag))
  return mark ?? /[<>][^<>]*/.exec(rest)?.[0]
}

function isPlain(tag) {
  const attributes = [...tag.matchAll(ATTRIBUTE)].map(([, name, value]) => ({ name, value }))
  const names = new Set(attributes.map(({ name }) => name.toLowerCase()))
  const bound = attributes.filter(({ value }) => value?.includes(VALUE))
  return names.size === attributes.length && bound.every(({ name }) => BOUND.test(name))
}
