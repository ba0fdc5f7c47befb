import { defineConfig } from 'vitest/config';

interface Group {
  readonly timeout: number;
  readonly maxWorkers: number | string;
  readonly globalSetup?: string;
}

/** Postgres, Redis and Qdrant that the tests of a run share, each with a part of its own. */
const globalSetup = 'test/harness/shared-stores.ts';
/** Files at a time where an engine does the work and a test mostly waits for it. */
const maxWorkers = 2;

/** One after the other, the fast ones first. */
const groups: Readonly<Record<string, Group>> = {
  unit: { timeout: 20_000, maxWorkers: '100%' },
  integration: { timeout: 120_000, maxWorkers, globalSetup },
  faults: { timeout: 240_000, maxWorkers, globalSetup },
  deploy: { timeout: 600_000, maxWorkers },
};

export default defineConfig({
  test: {
    projects: Object.entries(groups).map(([name, { timeout, ...more }], position) => ({
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        testTimeout: timeout,
        hookTimeout: timeout,
        sequence: { groupOrder: position + 1 },
        ...more,
      },
    })),
  },
});
