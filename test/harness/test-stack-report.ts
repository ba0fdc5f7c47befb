import { Queue } from 'bullmq';
import { Redis } from 'ioredis';

import { queueNames, queuePrefix } from '../../shared/queue-names.ts';
import { collectSecrets, redact } from '../../shared/redaction.ts';
import { withinLimit } from './failure-report.ts';
import type { Files } from './failure-report.ts';
import { readPostgres } from './stored.ts';
import type { WorkerProcess } from './worker-process.ts';

const storeLimitMs = 10_000;

/**
 * The log lines of a test stack's workers, the counts of its queues and the states of its
 * documents. Its stores keep them after it is closed.
 *
 * @param env its `directEnv`: no proxy stands in between
 */
export async function reportTestStack(
  env: Readonly<Record<string, string>>,
  workers: readonly { readonly name: string; readonly worker: WorkerProcess }[],
): Promise<Files> {
  const [queues, documents] = await Promise.all([
    orProblem(readCounts(env['REDIS_URL'] ?? '')),
    orProblem(readDocuments(env['WEBHOOK_DATABASE_URL'] ?? '')),
  ]);
  const logs = workers.map(({ name, worker }, index) => [
    `${index + 1}-${name}.log`,
    worker.lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
  ]);
  const files = [
    ['queues.json', JSON.stringify(queues, undefined, 2)],
    ['documents.json', JSON.stringify(documents, undefined, 2)],
    ...logs,
  ];
  const secrets = collectSecrets(env);
  return Object.fromEntries(files.map(([name, text]) => [name, redact(secrets, text ?? '')]));
}

/** The worker's own connection waits for a Redis that is away; this one gives up. */
async function readCounts(url: string): Promise<Record<string, unknown>> {
  const connection = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 5_000,
    maxRetriesPerRequest: null,
    retryStrategy: () => null,
  });
  connection.on('error', () => undefined); // the request fails with it
  try {
    await connection.connect();
    const counts = Object.values(queueNames).map(async (name) => {
      const queue = new Queue(name, { connection, prefix: queuePrefix, skipMetasUpdate: true });
      return [name, { ...(await queue.getJobCounts()), isPaused: await queue.isPaused() }] as const;
    });
    return Object.fromEntries(await Promise.all(counts));
  } finally {
    connection.disconnect();
  }
}

async function readDocuments(url: string): Promise<object[]> {
  const [documents, chunks] = await readPostgres(url);
  return documents.map(({ text, ...document }) => ({
    ...document,
    characters: text.length,
    chunks: chunks.filter(({ documentId }) => documentId === document.documentId).length,
  }));
}

async function orProblem<T>(reading: Promise<T>): Promise<T | { readonly notRead: string }> {
  return withinLimit(reading, storeLimitMs).catch((error: unknown) => ({ notRead: String(error) }));
}
