import { accessSync, closeSync, constants, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import Database from 'libsql'
import { StoreError } from '../store.js'
import { failure, guarded, isBusy } from './failure.js'
import { checkpointer } from './log.js'
import { sameFile } from './same-file.js'
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION, UPGRADES } from './schema.js'
import { outcomesIn } from './outcomes.js'
import { stepsInTurn, type Outcome, type Work } from './turns.js'

/** Milliseconds for which opening waits while the file is busy. */
const OPENING_PATIENCE = 10_000

/** A try that finds the file busy blocks the process for BUSY_TIMEOUT ms; the next follows PAUSE ms later. */
const BUSY_TIMEOUT = 5
const PAUSE = 5

/** What may be passed to a statement. On anything else the driver ends the whole process. */
export type Value = string | number | Buffer | null

/** What is remembered between transactions, and what steps leave to be written at the end of a transaction. */
interface Deferred {
  /** Writes it, before the transaction is kept. */
  write(): void
  /** What is remembered of the file may no longer be true: somebody else has changed it, or a transaction was not kept. */
  forget(): void
}

/** A database file. Statements work only inside a step or a look. */
export interface StoreFile {
  /** Prepares a statement and gives a function that runs it and returns its first row. */
  first<Row extends readonly Value[]>(sql: string): (...values: Value[]) => Row | undefined
  /** Prepares a statement and gives a function that runs it and returns all its rows. */
  all<Row extends readonly Value[]>(sql: string): (...values: Value[]) => Row[]
  /** Prepares a statement and gives a function that runs it and returns how many rows it changed. */
  change(sql: string): (...values: Value[]) => number
  /** Prepares a statement and gives a function that runs it and returns the row that it returns for the first one it changed. */
  returning<Row extends readonly Value[]>(sql: string): (...values: Value[]) => Row | undefined
  /**
   * Does `work` as one atomic step, also between processes; again from its beginning, if the file was busy. Nothing has happened
   * when it fails. Steps asked for at the same time are done one after the other and committed together, because committing
   * costs more than most of them do.
   *
   * @throws StoreError, whatever went wrong.
   */
  step<T>(work: Work<T>): Promise<T>
  /** Whether nobody else has changed the file since the last transaction. For use inside `look`. */
  isAsLeft(): boolean
  /** Registers something to be called at the end of every transaction, and whenever the file is not as the last one left it. */
  defer(deferred: Deferred): void
  /**
   * Runs one statement that changes nothing, besides `isAsLeft`. It sees the file at one instant, waits for no step, and makes
   * none wait.
   *
   * @throws StoreError, whatever went wrong.
   */
  look<T>(statement: () => T): Promise<T>
  close(): Promise<void>
}

/**
 * Opens the file, creating it and its folder if they are missing, readable by the owner alone.
 *
 * @throws StoreError when it cannot be opened or is not ours.
 */
export function openFile(path: string): StoreFile {
  // As an absolute path, since the driver takes some relative ones for addresses.
  const file = resolve(path)
  const db = guarded(() => {
    create(file)
    const opened = new Database(file, { timeout: OPENING_PATIENCE })
    whenFree(() => setUp(opened))
    return opened
  })
  const steady = () => performance.now()
  const log = checkpointer(file, steady)
  const checkFile = guarded(() => sameFile(file, steady))
  let statements: Database.Statement[] = []
  const deferred: Deferred[] = []
  const outcomes = outcomesIn(db)
  let version: number | undefined

  function prepare(sql: string): () => Database.Statement {
    const index = statements.push(guarded(() => db.prepare(sql))) - 1
    return () => statements[index]!
  }

  function checkUsable(): void {
    if (!db.open) throw new StoreError('The store is closed.')
    checkFile()
  }

  function together(steps: readonly Work<unknown>[]): Outcome[] {
    checkUsable()
    try {
      const done = inTransaction(db, () => {
        // Changes only where another connection has changed the file (https://sqlite.org/pragma.html#pragma_data_version).
        const [now] = versionNow()!
        if (now !== version) for (const one of deferred) one.forget()
        version = now
        // A step that is alone fails with the whole transaction.
        const all = steps.length === 1 ? [{ result: steps[0]!() }] : steps.map(outcomes.of)
        for (const one of deferred) one.write()
        return all
      })
      log.count(steps.length)
      return done
    } catch (error) {
      for (const one of deferred) one.forget()
      throw error
    }
  }

  const step = stepsInTurn({ together, ready: () => log.pause })

  function first<Row>(sql: string) {
    const statement = prepare(sql)
    statement().raw()
    return (...values: Value[]) => statement().get(values) as Row | undefined
  }
  const versionNow = first<[number]>('PRAGMA data_version')

  return {
    first,
    all<Row>(sql: string) {
      const statement = prepare(sql)
      statement().raw()
      return (...values: Value[]) => statement().all(values) as Row[]
    },
    change(sql) {
      const statement = prepare(sql)
      return (...values) => {
        outcomes.beforeChange()
        return statement().run(values).changes
      }
    },
    returning<Row>(sql: string) {
      const run = first<Row>(sql)
      return (...values: Value[]) => {
        outcomes.beforeChange()
        return run(...values)
      }
    },
    step,
    isAsLeft: () => versionNow()![0] === version,
    defer: (one) => void deferred.push(one),
    async look(statement) {
      try {
        checkUsable()
        return statement()
      } catch (error) {
        if (!isBusy(error)) throw failure(error)
        return step(statement)
      }
    },
    async close() {
      await log.close()
      if (!db.open) return
      // The driver closes the file once nothing refers to its statements any more.
      statements = []
      try {
        // Leaves everything in one file, for copying; unless somebody is using it.
        guarded(() => db.exec('PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)'))
      } finally {
        db.close()
      }
    },
  }
}

function inTransaction<T>(db: Database.Database, work: Work<T>): T {
  // Not prepared: a prepared BEGIN that finds the file busy stays under way and blocks every later step of this process
  // (https://github.com/tursodatabase/libsql-client-ts/issues/352). Inside of a step nothing is ever busy.
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (error) {
    // On a full disk SQLite may have rolled back by itself.
    if (db.inTransaction) db.exec('ROLLBACK')
    throw error
  }
}

/** SQLite gives its log and its index file the mode of the file they belong to. */
function create(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    // The driver would report neither.
    if (statSync(file).isDirectory()) throw new StoreError('The store’s file is a folder.')
    accessSync(file, constants.R_OK | constants.W_OK)
  }
}

function setUp(db: Database.Database): void {
  inTransaction(db, () => {
    const [applicationId, version, tables] = [
      'PRAGMA application_id',
      'PRAGMA user_version',
      'SELECT count(*) FROM sqlite_schema',
    ].map((sql) => (db.prepare(sql).raw().get() as [number])[0])
    if (applicationId === 0 && version === 0 && tables === 0) {
      db.exec(`${SCHEMA} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}`)
    } else if (applicationId !== APPLICATION_ID) {
      throw new StoreError('The store’s file is the database of another program.')
    } else if (UPGRADES[version!] !== undefined) {
      db.exec(`${UPGRADES[version!]} PRAGMA user_version = ${SCHEMA_VERSION}`)
    } else if (version !== SCHEMA_VERSION) {
      throw new StoreError(`The store’s file is of version ${version}; this program reads ${SCHEMA_VERSION}.`)
    }
  })
  const [mode] = db.prepare('PRAGMA journal_mode = WAL').raw().get() as [string]
  if (mode !== 'wal')
    throw new StoreError('The store’s file is on a file system that processes cannot share.')
  // What is removed is overwritten, not only marked as free: whoever copies the file gets what is kept and no more.
  // A commit moves the log, and waits for the disk, only where it is 64 MiB long because nobody else has moved it.
  db.exec(
    `PRAGMA secure_delete = ON; PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 16384;
    PRAGMA busy_timeout = ${BUSY_TIMEOUT}`,
  )
  // Creates the log and the index; from now on nobody else may remove them.
  db.exec('SELECT count(*) FROM sqlite_schema')
}

/** Repeats it while another process is doing the same: a change of the journal mode is refused at once, whatever the timeout. */
function whenFree(work: () => void): void {
  const deadline = performance.now() + OPENING_PATIENCE
  for (;;) {
    try {
      return work()
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE)
  }
}
