import { join } from 'node:path';

/** Names the folder to the processes in which a run's tests are. */
export const programsVariable = 'PULSE_TEST_PROGRAMS';

/**
 * The folder in which tests start `worker/worker.ts`, `worker/api.ts` and `worker/cli.ts`: as the
 * image has them where the run has bundled them (shared-by-run.ts), else the sources.
 */
export const programsFolder = process.env[programsVariable] ?? join(import.meta.dirname, '../..');
