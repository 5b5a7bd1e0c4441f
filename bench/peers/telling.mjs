// Put before a program by --import: tells what CPU its process has used when it is asked, and ends it with whoever started it.
import process from 'node:process'

process.on('message', (message) => {
  if (message === 'cpu') process.send({ cpu: process.cpuUsage() })
})
process.on('disconnect', () => process.exit())
