interface Ports {
  server: number
  sandbox: number
  admin: number
  demo: number
}

/** The environment of the server and the demo. */
export function environmentOf(
  environment: Record<string, string>,
  ports: Ports,
  file?: object,
): Record<string, string>

/** Why the shop cannot ask for codes. */
export function shopTrouble(
  environment: Record<string, string>,
  ports: Ports,
  file?: object,
): string | undefined

/** With which number to sign up. */
export function shopHint(environment: Record<string, string>, isReal: boolean, file?: object): string

/** Where everything answers; the sandbox only where messages go there. */
export function addressesOf(
  environment: Record<string, string>,
  ports: Ports,
  file?: object,
): Promise<Record<'server' | 'health' | 'operator' | 'demo', string> & { sandbox?: string }>
