import type { Behaviour } from './behaviour.js'

/** Field path to what is wrong with it. */
export type ValidationErrors = Record<string, string[]>

/** A refusal in Infobip's words; {@link envelope} turns it into a body. */
export class ApiError extends Error {
  readonly status: number
  readonly messageId: string
  readonly validationErrors: ValidationErrors | undefined
  /** Milliseconds until the request may succeed. */
  readonly wait: number | undefined

  constructor(
    status: number,
    messageId: string,
    details: { validationErrors?: ValidationErrors; wait?: number } = {},
  ) {
    super(messageId)
    this.status = status
    this.messageId = messageId
    this.validationErrors = details.validationErrors
    this.wait = details.wait
  }
}

/** A 400 that names the fields at fault. */
export function badRequest(validationErrors: ValidationErrors): ApiError {
  return new ApiError(400, 'BAD_REQUEST', { validationErrors })
}

/** A 404 for something named in the path. */
export function notFound(): ApiError {
  return new ApiError(404, 'NOT_FOUND')
}

/** The refusal that a switch writes as `404 NOT_FOUND`. */
export function refusal(spelled: `${number} ${string}`): ApiError {
  const [status, messageId] = spelled.split(' ')
  return new ApiError(Number(status), messageId!)
}

/** The answer to a request over a limit, `wait` milliseconds too early. */
export function throttled(behaviour: Behaviour, wait: number): ApiError {
  return new ApiError(behaviour.throttleStatus, behaviour.throttleError, { wait })
}

const TEXTS: Readonly<Record<string, string>> = {
  BAD_REQUEST: 'Bad request',
  UNAUTHORIZED: 'Unauthorized',
  FORBIDDEN: 'Forbidden',
  NOT_FOUND: 'Not found',
  RESOURCE_NOT_FOUND: 'Application or message with given ID cannot be found.',
  SMS_NOT_FOUND: 'Not found',
  TOO_MANY_REQUESTS: 'Too many requests',
  THROTTLE_EXCEPTION: 'Rate limiting has been applied',
  UNSUPPORTED_CONTENT_TYPE: 'Unsupported content type',
  GENERAL_ERROR: 'Something went wrong. Please contact support.',
}

const DESCRIPTIONS: Readonly<Record<number, readonly [description: string, action: string]>> = {
  400: ['Request cannot be processed.', 'Check the syntax, violations and adjust the request.'],
  401: [
    'The request lacks valid authentication credentials for the requested resource.',
    'Check the credentials.',
  ],
  403: ['Insufficient permissions to access the requested resource.', 'Check the permissions.'],
  404: [
    "Not found - request URL doesn't exist on the API server or resource is not found.",
    'Check the request URL.',
  ],
  429: [
    'Too many requests sent.',
    'Check request rate limit specified in the API endpoint documentation resource.',
  ],
  500: ['Something went wrong.', 'Contact the support.'],
}

/** The body of a refusal, in the envelope Infobip's 2FA specification declares or in the platform's newer one. */
export function envelope(error: ApiError, style: Behaviour['errorEnvelope']): object {
  if (style === 'older' && error.messageId !== 'E429') {
    const { messageId, validationErrors } = error
    const text = messageId === 'UNAUTHORIZED' && error.status === 403 ? NO_PERMISSION : TEXTS[messageId]
    const details = validationErrors ? { validationErrors } : {}
    return { requestError: { serviceException: { messageId, text: text ?? messageId, ...details } } }
  }
  const code = error.messageId === 'E429' ? 429 : error.status
  const [description, action] = DESCRIPTIONS[code] ?? DESCRIPTIONS[code < 500 ? 400 : 500]!
  const violations = Object.entries(error.validationErrors ?? {}).flatMap(([property, texts]) =>
    texts.map((violation) => ({ property, violation })),
  )
  return { errorCode: `E${code}`, description, action, violations, resources: [] }
}

const NO_PERMISSION = 'No permission to access resource'
