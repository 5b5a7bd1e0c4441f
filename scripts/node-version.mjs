// Imported first by every command, so it uses nothing that an old Node lacks.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `otp-verify needs Node 20.19 or newer, and this is Node ${process.versions.node}. https://nodejs.org has newer ones.`,
  )
  process.exit(1)
}
