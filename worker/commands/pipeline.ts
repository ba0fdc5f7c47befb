import type { DocumentState, Pipeline } from '../../healthchecks/pipeline.ts';
import { canaryHost } from '../../shared/canary.ts';
import { removeDocument } from '../indexing/remove-document.ts';
import { submitDocument } from '../indexing/submit-document.ts';
import { countQueues } from '../operator/counts.ts';
import { isPaused } from '../operator/settings.ts';
import { readHeartbeats } from '../queue/heartbeats.ts';
import { search } from '../search/search.ts';
import type { Services } from '../services.ts';

/** @returns the pipeline as verification sees it */
export function createPipeline(services: Services): Pipeline {
  return {
    submit: (page) => submitDocument(services, page),
    state: (documentId) => readState(services, documentId),
    search: async (query, mode) =>
      (await search(services, query, mode, 10, { domain: canaryHost })).results,
    remove: (documentId) => removeDocument(services, documentId),
    workers: () => readHeartbeats(services),
    isPaused: () => isPaused(services.pool),
    queueCounts: () => countQueues(services),
  };
}

async function readState({ records }: Services, documentId: string): Promise<DocumentState> {
  const version = await records.latest(documentId);
  const failed =
    version?.state === 'failed'
      ? { code: version.code ?? 'INDEXING_ERROR', reason: version.reason ?? '' }
      : undefined;
  return { keyword: version?.keywordAt != null, vectors: version?.state === 'indexed', failed };
}
