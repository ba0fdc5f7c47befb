import type { Pipeline, WorkerHeartbeat } from '../healthchecks/pipeline.ts';
import { workerKeyPrefix } from '../shared/queue-names.ts';
import type { QueueName } from '../shared/queue-names.ts';
import { parseDocument } from './documents/document.ts';
import type { HeartbeatRecord } from './heartbeat.ts';
import { removeDocument } from './indexing/remove-document.ts';
import type { Counts } from './queue/queues.ts';
import { measureStep } from './records/timings.ts';
import type { Timings } from './records/timings.ts';
import { search } from './search/search.ts';
import type { Services } from './services.ts';

/**
 * Stores a page and rings for it. A bell that cannot be rung now is rung by the sweep: the page is
 * not lost.
 */
export async function submit(
  { records, queues, log }: Services,
  value: unknown,
): Promise<{ documentId: string; outcome: 'accepted' | 'unchanged' }> {
  const timings: Timings = {};
  const accepted = await records.accept(
    await measureStep(timings, 'clean', async () => parseDocument(value)),
    timings,
  );
  if (accepted.outcome === 'accepted') {
    await queues
      .enqueue('indexing', accepted.documentId)
      .catch((error: unknown) =>
        log.warn({ err: error }, 'stored, and enqueued as soon as Redis answers'),
      );
  }
  return accepted;
}

/** A worker's last beat. */
export type LiveWorker = WorkerHeartbeat & Omit<HeartbeatRecord, keyof WorkerHeartbeat>;

/** Live workers: those whose last beat has not expired. */
export async function readHeartbeats({ queues: { redis } }: Services): Promise<LiveWorker[]> {
  const keys: string[] = [];
  for await (const found of redis.scanStream({
    match: `${workerKeyPrefix}*`,
    count: 1000,
  }) as AsyncIterable<string[]>)
    keys.push(...found);
  const texts = keys.length === 0 ? [] : await redis.mget([...new Set(keys)].sort());
  return texts
    .filter((text) => text !== null)
    .map((text) => {
      const beat = JSON.parse(text) as HeartbeatRecord;
      // A release before this one, in a roll-out, says nothing of what it holds back.
      return { ...beat, holdsBack: beat.holdsBack ?? [], heartbeatAt: new Date(beat.heartbeatAt) };
    });
}

/** Jobs as Redis has them, failures as Postgres has them. */
export async function countQueues({
  queues,
  records,
}: Services): Promise<Record<QueueName, Counts & { readonly failed: number }>> {
  const [{ indexing, embedding }, failed] = await Promise.all([
    queues.counts(),
    records.failures(),
  ]);
  return {
    indexing: { ...indexing, failed: failed.indexing },
    embedding: { ...embedding, failed: failed.embedding },
  };
}

/** The pipeline as verification sees it. */
export function createPipeline(services: Services): Pipeline {
  return {
    submit: (page) => submit(services, page),
    state: async (documentId) => {
      const version = await services.records.latest(documentId);
      return {
        keyword: version?.keywordAt != null,
        vectors: version?.state === 'indexed',
        failed:
          version?.state === 'failed'
            ? { code: version.code ?? 'INDEXING_ERROR', reason: version.reason ?? '' }
            : undefined,
      };
    },
    search: async (query, mode) => (await search(services, query, mode, 10)).results,
    remove: (documentId) => removeDocument(services, documentId),
    workers: () => readHeartbeats(services),
    queueCounts: () => countQueues(services),
  };
}
