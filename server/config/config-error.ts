/** The configuration cannot be used. Each mistake names the setting and how to mend it, and never shows its value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly mistakes: readonly string[]

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'))
    this.mistakes = mistakes
  }
}

/** What is wrong with the value at a path. */
export interface Mistake {
  path: string
  text: string
}
