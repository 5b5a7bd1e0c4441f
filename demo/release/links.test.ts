import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import GithubSlugger from 'github-slugger'
import { expect, it } from 'vitest'
import { filesBelow, read, ROOT } from './manifest.js'

const PAGES = filesBelow('.').filter((path) => path.endsWith('.md'))

/** A page without its examples, in which a `#` is no heading and brackets are no link. */
const prose = (page: string): string => read(page).replace(/^```[^]*?^```$/gm, '')

/** What links can name of a page: its headings, as GitHub names them. */
function anchorsOf(page: string): string[] {
  const slugger = new GithubSlugger()
  return [...prose(page).matchAll(/^#{1,6} (.*)$/gm)].map(([, heading]) => slugger.slug(heading!))
}

/** The links of a page to others of the repository, with where they lead. */
function linksOf(page: string) {
  const links = prose(page).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]+))?\)/g)
  return [...links].map(([link, path, anchor]) => ({
    link: `${page}: ${link.slice(1)}`,
    path: path ? posix.join(posix.dirname(page), path) : page,
    anchor,
  }))
}

it('every link of a page to another leads to a file that is there, and to a heading of it', () => {
  const links = PAGES.flatMap(linksOf)
  expect(links.length).toBeGreaterThan(150)
  const broken = links.filter(
    ({ path, anchor }) =>
      !existsSync(posix.join(ROOT, path)) || (anchor && !anchorsOf(path).includes(anchor)),
  )
  expect(broken.map(({ link }) => link)).toEqual([])
})

it('no page holds what a merge could not decide', () => {
  expect(PAGES.filter((page) => /^(<{7}|>{7}) /m.test(read(page)))).toEqual([])
})

it('the README leads to every page of the documentation', () => {
  const named = new Set(linksOf('README.md').map(({ path }) => path))
  expect(filesBelow('docs').filter((path) => path.endsWith('.md') && !named.has(path))).toEqual([])
})
