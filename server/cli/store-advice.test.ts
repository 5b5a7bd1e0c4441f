import { expect, it } from 'vitest'
import { StoreError } from '../store/store.js'
import { adviceOf } from './store-advice.js'

it.each([
  ['MOVED 7816 127.0.0.1:7001', 'start OTP_STORE with redis+cluster:'],
  ['ERR This instance has cluster support disabled', 'start OTP_STORE with redis:'],
])('a node of a cluster and a Redis by itself are told apart (%s)', (said, fix) => {
  expect(adviceOf(new StoreError(`Redis: ${said}`), 'redis://127.0.0.1')).toContain(fix)
})
