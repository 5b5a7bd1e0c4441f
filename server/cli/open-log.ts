import { open } from 'node:fs/promises'
import { readLog, type Logged } from '../observe/read-log.js'
import { ArgumentError } from './argument-error.js'

/**
 * The events of a log file, or of `input` where none is named.
 *
 * @throws ArgumentError when the file cannot be read
 */
export async function* openLog(
  file: string | undefined,
  input: AsyncIterable<Buffer | string>,
): AsyncGenerator<Logged> {
  if (file === undefined) {
    yield* readLog(input)
    return
  }
  try {
    const handle = await open(file)
    yield* readLog(handle.createReadStream())
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    throw new ArgumentError([`--log: the file cannot be read (${code}).`])
  }
}
