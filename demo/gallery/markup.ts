/** Writes an element as its page wrote it: without the nodes that it has made for itself. */
export function markupOf(element: Element): string {
  const own = [...element.children].filter((child) => !child.hasAttribute('data-otp-verify'))
  const tag = element.localName
  const attributes = [...element.attributes]
    .filter(({ name, value }) => !(name === 'theme' && value === 'auto'))
    .map(({ name, value }) => (value === '' ? name : `${name}="${value}"`))
  const long = attributes.join(' ').length > 24
  const opening = `<${[tag, ...attributes].join(long ? '\n  ' : ' ')}${long ? '\n' : ''}>`
  const content = own.map((child) => `\n  ${lineOf(child)}`).join('')
  return `${opening}${content}${content && '\n'}</${tag}>`
}

function lineOf(child: Element): string {
  const attributes = [...child.attributes]
    .filter(({ value }) => !/^otp-verify-\d+$/.test(value))
    .map(({ name, value }) => ` ${name}="${value}"`)
    .join('')
  return `<${child.localName}${attributes}>${child.textContent}</${child.localName}>`
}
