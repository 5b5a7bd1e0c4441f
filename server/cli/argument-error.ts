import { ConfigError } from '../config/config-error.js'

/** An argument or option of a command cannot be used. The configuration is not to blame. */
export class ArgumentError extends ConfigError {}
