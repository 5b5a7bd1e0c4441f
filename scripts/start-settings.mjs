import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readPort } from './ports.mjs'
import { root } from './processes.mjs'
import { end } from './setup.mjs'

/** The variable that chooses each port. */
export const PORT_VARIABLES = {
  server: 'OTP_PORT',
  sandbox: 'OTP_SANDBOX_PORT',
  admin: 'OTP_ADMIN_PORT',
  demo: 'DEMO_PORT',
}

const CONFIG_FILE = 'otp-verify.config.json'

const DEFAULT_PORTS = { server: 8787, sandbox: 8788, admin: 8789, demo: 5173 }

/** Reads the four ports from the environment. Ends the process when they cannot be used. */
export function readPorts(environment) {
  const ports = {}
  for (const [name, variable] of Object.entries(PORT_VARIABLES)) {
    const port = readPort(environment, variable, DEFAULT_PORTS[name])
    const twin = Object.keys(ports).find((other) => ports[other] === port)
    if (twin) end(`${PORT_VARIABLES[twin]} and ${variable} are both ${port}; each needs its own port.`)
    ports[name] = port
  }
  return ports
}

/**
 * The environment of the server and the demo: the caller's, with what one site on this machine needs filled in.
 *
 * Where the configuration file has sites, it says which there are; the server takes no second opinion from here.
 */
export function environmentOf(environment, ports, file = readConfigFile()) {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const site = {
    OTP_SITEKEY: 'demo',
    OTP_ALLOWED_ORIGINS: `${originOf(ports)},http://127.0.0.1:${ports.demo}`,
  }
  const chosenPorts = Object.entries(PORT_VARIABLES).map(([name, variable]) => [
    variable,
    String(ports[name]),
  ])
  return {
    ...(file?.sites ? {} : site),
    OTP_PUBLIC_URL: `http://localhost:${ports.server}`,
    OTP_LOG_LEVEL: 'warn',
    ...given,
    ...Object.fromEntries(chosenPorts),
  }
}

/** Why the shop cannot ask for codes, as a sentence; nothing where it can. @param environment as `environmentOf` makes it. */
export function shopTrouble(environment, ports, file = readConfigFile()) {
  const { OTP_SITEKEY: sitekey = 'demo', OTP_ALLOWED_ORIGINS: listed = '' } = environment
  const origin = originOf(ports)
  const isShop = (site) => site?.sitekey === sitekey && [site.origins].flat().includes(origin)
  if (!file?.sites) {
    const origins = listed.split(',').map((one) => one.trim())
    return isShop({ sitekey, origins }) ? undefined : `OTP_ALLOWED_ORIGINS does not have ${origin}: add it`
  }
  // What is no list of sites the server refuses.
  if ([file.sites].flat().some(isShop)) return undefined
  return `${CONFIG_FILE} has no site ${sitekey} with the origin ${origin}: add it, or put the file elsewhere`
}

/** With which number to sign up: an example only where it is taken and no message to it is real. @param isReal whether they cost money */
export function shopHint(environment, isReal, file = readConfigFile()) {
  if (isReal) return 'sign up with your own mobile number'
  if (environment.OTP_COUNTRIES || file?.sites)
    return 'sign up with a mobile number of a country that your configuration names'
  return 'sign up with any mobile number, such as +1 202 555 0123'
}

function originOf(ports) {
  return `http://localhost:${ports.demo}`
}

/** Where everything answers. `sandbox` is absent when an Infobip account is configured, so that messages are real. */
export async function addressesOf(environment, ports, file = readConfigFile()) {
  return {
    server: environment.OTP_PUBLIC_URL,
    health: `http://localhost:${ports.admin}/healthz`,
    operator: `http://localhost:${ports.admin}`,
    demo: `http://localhost:${ports.demo}`,
    ...((await hasAccount(environment, file)) ? {} : { sandbox: `http://localhost:${ports.sandbox}` }),
  }
}

/** Whether a server has an Infobip account, and so no sandbox, with these variables and this file. Only once it is built. */
export async function hasAccount(environment, file) {
  const { VARIABLES } = await import('../dist/server/config/variables.js')
  const names = Object.entries(VARIABLES)
    .filter(([, { path }]) => path.startsWith('infobip.'))
    .flatMap(([name, { secret }]) => (secret ? [name, `${name}_FILE`] : [name]))
  return file?.infobip !== undefined || names.some((name) => environment[name]?.trim())
}

/** The configuration file of a server that runs in this folder; what is wrong with it the server says better. */
export function readConfigFile(folder = root) {
  try {
    return JSON.parse(readFileSync(join(folder, CONFIG_FILE), 'utf8').replace(/^\uFEFF/, ''))
  } catch {
    return undefined
  }
}
