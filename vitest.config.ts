import { defineConfig } from 'vitest/config';

interface Group { readonly timeout: number; readonly globalSetup?: string; readonly maxWorkers?: number }

/** Postgres, Redis and Qdrant that the tests of a run share, each with a part of its own. */
const globalSetup = 'test/world/shared-stores.ts';
/** Files at a time where an engine does the work and a test mostly waits for it. */
const maxWorkers = 2;

/** One after the other, the fast ones first. */
const groups: Readonly<Record<string, Group>> = {
  unit: { timeout: 20_000 },
  integration: { timeout: 120_000, globalSetup, maxWorkers },
  faults: { timeout: 240_000, globalSetup, maxWorkers },
  deploy: { timeout: 600_000, maxWorkers },
};

export default defineConfig({
  test: {
    projects: Object.entries(groups).map(([name, { timeout, ...more }], groupOrder) =>
      ({ test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout: timeout, hookTimeout: timeout, sequence: { groupOrder }, ...more } })),
  },
});
