import { notFound } from './api-error.js'
import { applicationRequest, configurationSchema, read } from './bodies.js'
import { freshId } from './random.js'
import type { Application, Configuration } from './records.js'
import type { State } from './state.js'

/** What Infobip documents for settings that a new application does not name. */
const FACTORY_CONFIGURATION: Configuration = {
  pinAttempts: 10,
  allowMultiplePinVerifications: true,
  pinTimeToLive: '15m',
  verifyPinLimit: '1/3s',
  sendPinPerApplicationLimit: '10000/1d',
  sendPinPerPhoneNumberLimit: '3/1d',
}

/** What the seeded application is set to: easy to try things out with. */
const SEEDED_CONFIGURATION: Configuration = {
  pinAttempts: 5,
  allowMultiplePinVerifications: false,
  pinTimeToLive: '5m',
  verifyPinLimit: '3/1s',
  sendPinPerApplicationLimit: '10000/1d',
  sendPinPerPhoneNumberLimit: '1000/1d',
}

/** Adds the application that is there from the start. */
export function seedApplication(
  state: State,
  applicationId: string,
  overrides: Partial<Configuration>,
): void {
  const configuration = configured(SEEDED_CONFIGURATION, configurationSchema('exact').parse(overrides))
  state.applications.set(applicationId, { applicationId, name: 'Sandbox', configuration, enabled: true })
}

/** All applications, oldest first. */
export function listApplications(state: State): Application[] {
  return [...state.applications.values()]
}

/** The application, or a 404. */
export function getApplication(state: State, applicationId: string): Application {
  const application = state.applications.get(applicationId)
  if (!application) throw notFound()
  return application
}

/** Adds an application; what the body leaves out takes Infobip's factory defaults. */
export function createApplication(state: State, body: unknown): Application {
  const {
    name,
    enabled = true,
    configuration,
  } = read(applicationRequest(state.behaviour.limitSpelling), body)
  const applicationId = freshId(state.random)
  const application = {
    applicationId,
    name,
    configuration: configured(FACTORY_CONFIGURATION, configuration),
    enabled,
  }
  state.applications.set(applicationId, application)
  return application
}

/** Changes an application, or answers 404. */
export function updateApplication(state: State, applicationId: string, body: unknown): Application {
  const { behaviour } = state
  const current = getApplication(state, applicationId)
  const { name, enabled, configuration } = read(applicationRequest(behaviour.limitSpelling), body)
  const merges = behaviour.putApplication === 'merges'
  const application = {
    applicationId,
    name,
    configuration: configured(merges ? current.configuration : FACTORY_CONFIGURATION, configuration),
    enabled: enabled ?? (merges ? current.enabled : true),
  }
  state.applications.set(applicationId, application)
  return application
}

function configured(
  base: Configuration,
  changes: { [Name in keyof Configuration]?: Configuration[Name] | undefined } = {},
): Configuration {
  const named = Object.entries(changes).filter(([, value]) => value !== undefined)
  return { ...base, ...Object.fromEntries(named) }
}
