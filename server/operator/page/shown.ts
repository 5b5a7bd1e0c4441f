import type { OperatorReport } from '../report.js'
import type { Figures } from './figures.js'

/** The last report, and how it is viewed. */
export interface Shown {
  /** The server's answer: with its version, unless it was never built. */
  report: OperatorReport & { version?: string }
  /** The totals of the sites shown. */
  figures: Figures
  /** `undefined` shows all sites as one. */
  sitekey: string | undefined
  /** When the server stopped answering, in milliseconds since 1970. */
  silentSince: number | undefined
  choose: (sitekey: string | undefined) => void
}
