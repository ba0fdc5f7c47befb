import type { Services } from '../services.ts';
import { sightings } from '../pipeline.ts';

/** What `./pulse queue` can do; each returns rows for a table. */
export const queueCommands = {
  counts: {
    about: 'documents waiting, active, delayed and failed in each queue',
    run: async ({ queues }: Services) => Object.entries(await queues.counts()).map(([queue, counts]) => ({ queue, ...counts })),
  },
  list: {
    about: 'documents that failed, with code and reason',
    run: ({ records }: Services) => records.failed(100),
  },
  retry: {
    about: 'index what failed again; with a code, only what failed with it',
    run: async ({ records, queues }: Services, code?: string) => {
      const documentIds = await records.retryFailed(code);
      for (const documentId of documentIds) await queues.ring('indexing', documentId);
      return [{ retried: documentIds.length }];
    },
  },
  pause: {
    about: 'take no more jobs; outlives restarts, until resumed',
    run: (services: Services) => setPaused(services, true),
  },
  resume: {
    about: 'take jobs again',
    run: (services: Services) => setPaused(services, false),
  },
  workers: {
    about: 'live workers and their last heartbeat',
    run: (services: Services) => sightings(services),
  },
} as const;

async function setPaused({ records, queues }: Services, paused: boolean): Promise<{ paused: boolean }[]> {
  await records.setOperator('paused', paused);
  await queues.setPaused(paused);
  return [{ paused }];
}
