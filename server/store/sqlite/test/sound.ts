import Database from 'libsql'
import { expect } from 'vitest'

/** Rows of a query on a store's file, past the store. */
export function rowsOf(path: string, sql: string): Record<string, number | string>[] {
  const db = new Database(path, { timeout: 5000 })
  try {
    return db.prepare(sql).all() as Record<string, number | string>[]
  } finally {
    db.close()
  }
}

/** Expects that the file is whole, and that it holds as much as it believes. */
export function expectSound(path: string): void {
  expect(rowsOf(path, 'PRAGMA integrity_check')).toMatchObject([{ integrity_check: 'ok' }])
  const wrong = rowsOf(
    path,
    `SELECT kind FROM tally WHERE kind <> 'lease' AND n <> CASE kind
       WHEN 'verification' THEN (SELECT count(*) FROM verification)
       ELSE (SELECT count(*) FROM item WHERE item.kind = tally.kind) END
     UNION ALL
     SELECT facts FROM common WHERE uses <> (SELECT count(*) FROM verification WHERE common = common.row)`,
  )
  expect(wrong).toEqual([])
}
