import { setTimeout as pause } from 'node:timers/promises';

import { PulseError } from '../errors.ts';
import { findDocumentJob } from '../operator/document-job.ts';
import type { DocumentJobStatus } from '../operator/document-job.ts';
import type { Services } from '../services.ts';

/** A Redis that is not there would let the caller wait for 10 s. */
const jobLimitMs = 1_000;

/** @returns undefined while Redis is away: what Postgres knows is told all the same */
export async function readJobInTime(
  { queues, log }: Pick<Services, 'queues' | 'log'>,
  documentId: string,
): Promise<DocumentJobStatus | null | undefined> {
  const asked = findDocumentJob(queues, documentId).catch((error: unknown) => {
    if (!(error instanceof PulseError)) throw error;
    log.info({ err: error }, 'looked at a document without its job');
    return undefined;
  });
  return Promise.race([asked, pause(jobLimitMs, undefined, { ref: false })]);
}
