import ts from 'typescript'

/** Removes what only people read from the literals with these tags. */
const TIGHTEN = { css: tightCss, html: tightMarkup }

/** Makes texts without comments of the style sheets of the element, and takes the space between tags out of its templates. */
export function tightTemplates() {
  return {
    name: 'otp-verify-tight-templates',
    apply: 'build',
    enforce: 'pre',
    transform: { filter: { id: /\/widget\/.*\.ts$/ }, handler: tightened },
  }
}

/** The source of a module with its literals tightened. */
export function tightened(source) {
  const edits = []
  visit(ts.createSourceFile('module.ts', source, ts.ScriptTarget.Latest))
  let text = source
  for (const { start, end, tighten } of edits.sort((a, b) => b.start - a.start))
    text = text.slice(0, start) + tighten(text.slice(start, end)) + text.slice(end)
  return text

  function visit(node) {
    const tighten = ts.isTaggedTemplateExpression(node) && TIGHTEN[node.tag.text]
    if (tighten) edits.push(...piecesOf(node.template).map((piece) => ({ ...piece, tighten })))
    if (tighten === tightCss) edits.push({ start: node.tag.pos, end: node.tag.end, tighten: () => '' })
    ts.forEachChild(node, visit)
  }
}

/** Where the text of a template is: without its backticks, `${` and `}`. */
export function piecesOf(template) {
  if (ts.isNoSubstitutionTemplateLiteral(template))
    return [{ start: template.end - template.rawText.length - 1, end: template.end - 1 }]
  return [template.head, ...template.templateSpans.map(({ literal }) => literal)].map((literal) => {
    const end = literal.end - (ts.isTemplateTail(literal) ? 1 : 2)
    return { start: end - literal.rawText.length, end }
  })
}

function tightCss(text) {
  return text
    .replace(/\/\*[^]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,>]) ?/g, '$1')
    .replace(/: /g, ':')
    .replaceAll(';}', '}')
    .replaceAll(' !', '!')
    .replace(/='([a-z]+)'\]/g, '=$1]')
    .replace(/\b0\./g, '.')
    .trim()
}

/** As in JSX: whitespace containing a newline is dropped next to a tag and collapsed elsewhere. */
function tightMarkup(text) {
  return text.replace(
    /(^|[>])?\s*\n\s*(?=([<>])?)/g,
    (space, before, after) => (before ?? '') + (before || after ? '' : ' '),
  )
}
