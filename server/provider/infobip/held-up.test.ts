import { Worker } from 'node:worker_threads'
import { expect, it, onTestFinished } from 'vitest'
import { listeningProvider, MESSAGE_SENT, TO_ALICE } from './test/fake-infobip.js'

const TIMEOUT = 500

/** An Infobip in a thread of its own, which answers once a call's time is over. */
const LATE = `
  const { parentPort, workerData } = require('node:worker_threads')
  const server = require('node:http').createServer((request, response) => {
    parentPort.postMessage('heard')
    response.on('finish', () => {
      Atomics.store(workerData.answered, 0, 1)
      Atomics.notify(workerData.answered, 0)
    })
    const answer = () => response.setHeader('Content-Type', 'application/json').end(workerData.body)
    request.resume().on('end', () => setTimeout(answer, 2 * workerData.timeout))
  })
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port))`

it('an answer that arrived while the process stood still counts, though its time is over', async () => {
  const answered = new Int32Array(new SharedArrayBuffer(4))
  const workerData = { answered, timeout: TIMEOUT, body: JSON.stringify(MESSAGE_SENT) }
  const infobip = new Worker(LATE, { eval: true, workerData })
  onTestFinished(() => void infobip.terminate())
  const said = () => new Promise((resolve) => infobip.once('message', resolve))
  const port = await said()
  const { provider } = listeningProvider(`http://127.0.0.1:${String(port)}`, { timeout: TIMEOUT })
  const heard = said()
  const sent = provider.send(TO_ALICE)
  await heard
  Atomics.wait(answered, 0, 0)
  expect(await sent).toMatchObject({ outcome: 'sent' })
})
