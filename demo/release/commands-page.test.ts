import { execFile } from 'node:child_process'
import process from 'node:process'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { PROGRAM } from '../processes/built.js'
import { read } from './manifest.js'

const PAGE = read('docs/commands.md')
const SENTENCE = /^With `--json`, (.*) print/m

async function helpOf(...command: string[]): Promise<string> {
  return (await promisify(execFile)(process.execPath, [PROGRAM, ...command, '--help'])).stdout
}

/** The commands that a help lists, except `help`. */
function commandsIn(help: string): string[] {
  const [, list = ''] = help.split('Commands:\n')
  return [...list.matchAll(/^ {2}([a-z-]+)/gm)].map(([, name]) => name!).filter((name) => name !== 'help')
}

it('docs/commands.md has every command of the program, and no other', async () => {
  const within = commandsIn(await helpOf('keys')).map((name) => `keys ${name}`)
  const commands = commandsIn(await helpOf()).filter((name) => name !== 'keys')
  const rows = [...PAGE.matchAll(/^\| (`.*?) \|/gm)].map(([, cell]) => cell!)
  const named = rows.flatMap((cell) =>
    [...cell.matchAll(/`(?:otp-verify )?((?:keys )?[a-z-]+)/g)].map(([, name]) => name!),
  )
  expect(named.sort()).toEqual([...commands, ...within].sort())
})

it('docs/commands.md says which of them print JSON', async () => {
  const commands = commandsIn(await helpOf())
  const helps = await Promise.all(
    commands.map(async (name) => [name, await (name === 'keys' ? helpOf('keys', 'list') : helpOf(name))]),
  )
  const printing = helps.filter(([, help]) => help!.includes('--json')).map(([name]) => name)
  const [, names = ''] = SENTENCE.exec(PAGE) ?? []
  expect([...names.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name).sort()).toEqual(printing.sort())
})
