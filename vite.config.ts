import { defineConfig } from 'vitest/config'

export default defineConfig({
  // The script for script tags: one classic file with Lit inside.
  build: {
    target: 'es2022',
    outDir: 'dist/script',
    emptyOutDir: true,
    lib: {
      entry: 'widget/script.ts',
      formats: ['iife'],
      name: 'otpVerify',
      fileName: () => 'otp-verify.js',
    },
  },
  test: {
    include: ['{contract,server,demo,bench}/**/*.test.ts'],
    testTimeout: 20_000,
  },
})
