import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { setupCommand } from './setup-command.js'
import { openAccount, type TestAccount } from './test/infobip-account.js'

let account: TestAccount
let file: string
beforeEach(async () => {
  account = await openAccount()
  file = join(account.folder, 'otp.json')
})
afterEach(() => account.stop())

/** Runs setup for Croatian, whose letters leave room for 70 characters. @returns what it says */
async function setup(env: Record<string, string>, ...args: string[]): Promise<string> {
  const printed: string[] = []
  const command = setupCommand(env, { print: (text) => printed.push(text) }, undefined).exitOverride()
  const usual = ['--yes', '--env-file', join(account.folder, '.env'), '--config', file, '--language', 'hr']
  await command.parseAsync([...usual, ...args], { from: 'user' })
  // What it prints last is to be written into the file.
  await writeFile(file, JSON.stringify(merged(await configured(), JSON.parse(printed.at(-1)!))))
  return printed.join('\n')
}

type File = { infobip: object }

async function configured(): Promise<File> {
  return JSON.parse(await readFile(file, 'utf8')) as File
}

function merged(one: File, other: File): File {
  return { infobip: { ...one.infobip, ...other.infobip } }
}

const PARTS = /· default, hr: It travels as 2 messages, and costs as much as 2\./

it('setup says of longer codes that they make a text two messages, where the usual ones do not', async () => {
  await writeFile(file, JSON.stringify({ infobip: {} }))
  const env = { ...account.env, OTP_ALLOWED_ORIGINS: 'https://a.example,https://shops.example' }
  const brand = ['--brand', 'Trgovina']
  expect(await setup(env, ...brand)).not.toMatch(PARTS)
  expect(await setup(env, ...brand, '--long')).toMatch(PARTS)
  // The shorter of the two hosts leaves room for both codes.
  const shorter = { ...env, OTP_ALLOWED_ORIGINS: 'https://a.example' }
  expect(await setup(shorter, ...brand, '--long')).not.toMatch(PARTS)
})

it('setup says nothing of it where no site is known, nor where none sends texts', async () => {
  const { OTP_SITEKEY: _, OTP_ALLOWED_ORIGINS: __, ...rest } = account.env
  const brand = ['--brand', 'The Longest Name Of All Shops Of The World']
  for (const env of [rest, { ...account.env, OTP_CHANNELS: 'voice' }]) {
    await writeFile(file, JSON.stringify({ infobip: {} }))
    expect(await setup(env, ...brand)).not.toMatch(PARTS)
  }
  await writeFile(file, JSON.stringify({ infobip: {} }))
  expect(await setup(account.env, ...brand)).toMatch(PARTS)
})
