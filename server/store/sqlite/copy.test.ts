import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { facts, PATIENCE, taken, tally, terms } from '../test/bench.js'
import { sqliteStore } from './sqlite.js'
import { expectSound } from './test/sound.js'

const HAS_SQLITE = spawnSync('sqlite3', ['--version']).status === 0

/** What a page has operators copy a file with, and what they are to put their own paths in the place of. */
const PAGES: [page: string, command: RegExp, file: string, copy: string][] = [
  ['stores.md', /`(\(umask[^`]*)`/, 'FILE', 'COPY'],
  [
    'deploying.md',
    /^(\(umask 077; sqlite3 .*\)) # while servers run$/m,
    '/var/lib/otp-verify/data/otp-verify.db',
    '/root/otp-verify.db',
  ],
]

it.skipIf(!HAS_SQLITE).each(PAGES)(
  'a copy made as docs/%s says while the file is in use is whole, and its owner’s alone',
  async (page, written, file, copy) => {
    const folder = mkdtempSync(join(tmpdir(), 'otp-verify-copy-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const text = readFileSync(new URL(`../../../docs/${page}`, import.meta.url), 'utf8')
    const [, command = ''] = written.exec(text) ?? []
    // What begins anew with each write does not end on a busy server.
    expect(command).toContain('VACUUM INTO')
    const [path, copied] = [join(folder, 'store.db'), join(folder, 'copied.db')]
    const now = () => Date.UTC(2026, 0, 1)
    const store = sqliteStore({ path, now })
    await store.add(facts({ nonce: 'in the log' }), terms(), PATIENCE)
    await store.consume([tally('limit', 1, 60_000)])
    execFileSync('sh', ['-euc', command.replace(file, path).replace(copy, copied)])
    await store.add(facts({ id: 'after the copy', slot: 'another slot' }), terms(), PATIENCE)
    await store.close()

    expect(statSync(copied).mode & 0o777).toBe(0o600)
    const again = sqliteStore({ path: copied, now })
    expect(await again.get(facts().id)).toMatchObject({ nonce: 'in the log' })
    expect(await again.get('after the copy')).toBeUndefined()
    expect(await taken(again.consume([tally('limit', 1, 60_000)]))).toBe(false)
    await again.close()
    expectSound(copied)
  },
)
