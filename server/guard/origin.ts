export * from '../http/origin.js'
