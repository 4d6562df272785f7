import { defineConfig } from 'vitest/config'

const ignored = ['**/node_modules/**', '**/dist/**', '.planet/**']

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'house',
          include: ['server/house.test.ts'],
          exclude: ignored,
          globalSetup: ['server/foundation/testing.setup.ts'],
          testTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'unit',
          include: ['{server,shared,web,bench}/**/*.test.ts'],
          exclude: [...ignored, 'server/house.test.ts'],
          globalSetup: ['server/foundation/testing.setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          exclude: ignored,
          globalSetup: ['server/foundation/testing.setup.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
