import { setTimeout as pause } from 'node:timers/promises';

import type { DocumentState, Pipeline } from '../../healthchecks/pipeline.ts';
import { canaryHost } from '../../shared/canary.ts';
import { HttpStatusError } from '../../shared/cause.ts';
import { fetchJson, fetchText } from '../../shared/http.ts';
import type { DocumentStatus } from '../records/document-status.ts';

/** More than the API itself allows for any of these requests. */
const requestLimitMs = 30_000;
/** While Qdrant is away a removal is recorded, and carried out later: it is not waited for. */
const removalLimitMs = 3_000;
const pollMs = 200;

/**
 * What a program outside does with a document, over HTTP and with its key: a verification then
 * proves the front door and the API as well.
 *
 * @param address of the front door, as `http://pulse-dev_webhook:50108`
 * @param key that may do everything
 */
export function createFrontDoorPipeline(
  address: string,
  key: string,
): Pick<Pipeline, 'submit' | 'state' | 'search' | 'remove'> {
  const headers = { authorization: `Bearer ${key}` };
  const ask = (path: string, body?: object): Promise<unknown> =>
    fetchJson(address, path, AbortSignal.timeout(requestLimitMs), { headers, body });
  const pathOf = (documentId: string): string => `/api/documents/${documentId}`;

  return {
    async submit(page) {
      const { id } = (await ask('/api/documents', page)) as { id: string };
      return { documentId: id };
    },
    async state(documentId) {
      return describeState((await ask(pathOf(documentId))) as DocumentStatus);
    },
    async search(query, mode) {
      const filters = { domain: canaryHost };
      const found = await ask('/api/search', { query, mode, limit: 10, filters });
      return (found as { results: readonly { url: string }[] }).results;
    },
    async remove(documentId) {
      const method = 'DELETE';
      const deadlineMs = performance.now() + removalLimitMs;
      const signal = AbortSignal.timeout(requestLimitMs);
      // The API knows a document until it is gone from every store.
      while (await isKnown(fetchText(address, pathOf(documentId), signal, { method, headers }))) {
        if (performance.now() > deadlineMs) return;
        await pause(pollMs);
      }
    },
  };
}

function describeState({ state, failure }: DocumentStatus): DocumentState {
  const failed = failure && { code: failure.code ?? '', reason: failure.reason ?? '' };
  return {
    keyword: state === 'keyword-searchable' || state === 'indexed',
    vectors: state === 'indexed',
    ...(failed && { failed }),
  };
}

async function isKnown(answer: Promise<unknown>): Promise<boolean> {
  try {
    await answer;
    return true;
  } catch (error) {
    if (error instanceof HttpStatusError && error.status === 404) return false;
    throw error;
  }
}
