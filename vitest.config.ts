import { defineConfig } from 'vitest/config'

const ignored = ['**/node_modules/**', '**/dist/**', '.planet/**']
/** What kills or sends a crowd makes the machine too busy for the others: these stories run after them, two at a time. */
const heavy = ['e2e/killed.test.ts', 'e2e/faults/**/*.test.ts']
/** What measures sound or time, and what keeps all cores busy by itself: these stories have the machine to themselves (docs/decisions/0035-faster-tests.md). */
const alone = ['e2e/{gapless,listening,lyrics,own,pages,real-music}.test.ts']
const story = { testTimeout: 300_000, hookTimeout: 300_000, globalSetup: ['e2e/setup.ts'] }

export default defineConfig({
  test: {
    // Of the run, not of a project: one PostgreSQL serves them all.
    globalSetup: ['server/foundation/testing.setup.ts'],
    projects: [
      {
        test: {
          name: 'house',
          include: ['server/house.test.ts'],
          exclude: ignored,
          testTimeout: 180_000,
        },
      },
      {
        test: {
          name: 'unit',
          include: ['{server,shared,web,bench}/**/*.test.ts'],
          exclude: [...ignored, 'server/house.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          maxWorkers: 2,
        },
      },
      {
        test: { name: 'e2e', include: ['e2e/**/*.test.ts'], exclude: [...ignored, ...heavy, ...alone], ...story, maxWorkers: 2 },
      },
      {
        test: { name: 'e2e-heavy', include: heavy, exclude: ignored, ...story, maxWorkers: 2, sequence: { groupOrder: 1 } },
      },
      {
        test: { name: 'e2e-alone', include: alone, exclude: ignored, ...story, fileParallelism: false, sequence: { groupOrder: 2 } },
      },
    ],
  },
})
