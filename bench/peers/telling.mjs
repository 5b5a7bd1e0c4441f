// Put before a program by --import: reports the CPU of its process when it is asked, and ends it with the process that started it.
import process from 'node:process'

process.on('message', (message) => {
  if (message === 'cpu') process.send({ cpu: process.cpuUsage() })
})
process.on('disconnect', () => process.exit())
