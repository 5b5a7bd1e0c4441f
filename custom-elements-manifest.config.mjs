import { customElementVsCodePlugin } from 'custom-element-vs-code-integration'

/** Where the compiler puts what is written in `path`, which is where users of the package find it. */
const published = (path) => `dist/${path.replace(/^\//, '').replace(/\.ts$/, '.js')}`

/** Leaves what a page can use, under the names of the files that are published. */
function publicOnly() {
  return {
    name: 'public-only',
    packageLinkPhase({ customElementsManifest }) {
      const { modules } = customElementsManifest
      const declared = modules.flatMap(({ declarations }) => declarations)
      const constants = new Map(declared.map((each) => [each.kind === 'variable' && each.name, each]))
      for (const module of modules) {
        module.path = published(module.path)
        for (const declaration of module.declarations) {
          declaration.members = declaration.members?.filter(isPublic)
          // Those that are told of in words; the analyzer also lists what it sees dispatched, without a name.
          declaration.events = declaration.events?.filter(({ name }) => name !== undefined)
          for (const { type } of declaration.attributes ?? []) {
            // As a property, what was not chosen is an empty text; no attribute has to say it.
            if (type) type.text = type.text.replace(" | ''", '')
          }
          // What are properties too comes first.
          declaration.attributes?.sort((one, other) => Number(!one.fieldName) - Number(!other.fieldName))
          if (declaration.superclass?.module)
            declaration.superclass.module = published(declaration.superclass.module)
          const parts = [...(declaration.members ?? []), ...(declaration.attributes ?? [])]
          for (const part of parts) {
            const { inheritedFrom } = part
            if (inheritedFrom?.module) inheritedFrom.module = published(inheritedFrom.module)
            const constant = constants.get(part.default)
            if (constant) Object.assign(part, { type: constant.type, default: constant.default })
          }
        }
        for (const { declaration } of module.exports) {
          if (declaration?.module) declaration.module = published(declaration.module)
        }
      }
    },
  }
}

function isPublic({ privacy, name }) {
  return (privacy ?? 'public') === 'public' && !/^(?:styles|.*Callback)$/.test(name)
}

export default {
  globs: ['widget/{element,attributes,form-control,events,register}.ts'],
  outdir: 'dist',
  litelement: true,
  packagejson: false,
  plugins: [publicOnly(), customElementVsCodePlugin({ outdir: 'dist', cssFileName: null, hideLogs: true })],
}
