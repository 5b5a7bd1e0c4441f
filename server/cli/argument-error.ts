import { ConfigError } from '../config/config-error.js'

/** What was given to a command cannot be used; the configuration has nothing to do with it. */
export class ArgumentError extends ConfigError {}
