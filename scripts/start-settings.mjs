import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './processes.mjs'

/** The variable that chooses each port. */
export const PORT_VARIABLES = {
  server: 'OTP_PORT',
  sandbox: 'OTP_SANDBOX_PORT',
  admin: 'OTP_ADMIN_PORT',
  demo: 'DEMO_PORT',
}

const DEFAULT_PORTS = { server: 8787, sandbox: 8788, admin: 8789, demo: 5173 }

/** Reads the four ports from the environment. Returns `{ mistake }`, a sentence, when they cannot be used. */
export function readPorts(environment) {
  const ports = {}
  for (const [name, variable] of Object.entries(PORT_VARIABLES)) {
    const text = environment[variable] || String(DEFAULT_PORTS[name])
    const port = Number(text)
    if (!/^\d+$/.test(text) || port < 1 || port > 65535) {
      return { mistake: `${variable} must be a port between 1 and 65535, not "${text}".` }
    }
    const twin = Object.keys(ports).find((other) => ports[other] === port)
    if (twin)
      return { mistake: `${PORT_VARIABLES[twin]} and ${variable} are both ${port}; each needs its own port.` }
    ports[name] = port
  }
  return ports
}

/**
 * The environment of the server and the demo: the caller's, with what one site on this machine needs filled in.
 *
 * Where there is a configuration file, it says which sites there are; the server takes no second opinion from here.
 */
export function environmentOf(environment, ports) {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''))
  const site = {
    OTP_SITEKEY: 'demo',
    OTP_ALLOWED_ORIGINS: `http://localhost:${ports.demo},http://127.0.0.1:${ports.demo}`,
  }
  const chosenPorts = Object.entries(PORT_VARIABLES).map(([name, variable]) => [
    variable,
    String(ports[name]),
  ])
  return {
    ...(readConfigFile() ? {} : site),
    OTP_PUBLIC_URL: `http://localhost:${ports.server}`,
    OTP_LOG_LEVEL: 'warn',
    ...given,
    ...Object.fromEntries(chosenPorts),
  }
}

/** Where everything answers. `sandbox` is absent when an Infobip account is configured, so that messages are real. */
export function addressesOf(environment, ports) {
  const real =
    Object.keys(environment).some((name) => name.startsWith('INFOBIP_')) || readConfigFile()?.infobip
  return {
    server: environment.OTP_PUBLIC_URL,
    health: `http://localhost:${ports.admin}/healthz`,
    operator: `http://localhost:${ports.admin}`,
    demo: `http://localhost:${ports.demo}`,
    ...(real ? {} : { sandbox: `http://localhost:${ports.sandbox}` }),
  }
}

/** The server's own file; what is wrong with it the server says better. */
function readConfigFile() {
  try {
    return JSON.parse(readFileSync(join(root, 'otp-verify.config.json'), 'utf8'))
  } catch {
    return undefined
  }
}
