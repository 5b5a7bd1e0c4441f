/** Whether a URL's host name can only mean this machine: `localhost`, names below it, 127.0.0.0/8, `[::1]`. */
export function isLoopback(hostname: string): boolean {
  return /^(?:(?:[\w-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i.test(hostname)
}
