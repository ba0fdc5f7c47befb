import type { CanaryPage, DocumentState, Pipeline } from '../../../healthchecks/pipeline.ts';

/** A pipeline in memory that does everything at once; a test replaces the part that it tests. */
export function fakePipeline(broken: Partial<Pipeline> = {}) {
  const pages = new Map<string, CanaryPage>();
  const has = (query: string) =>
    [...pages.values()].filter(({ markdown }) => markdown.includes(query));
  const whole: Pipeline = {
    submit: async (page) => (pages.set(page.url, page), { documentId: page.url }),
    state: async () => indexed,
    search: async (query) => has(query),
    remove: async (documentId) => void pages.delete(documentId),
    workers: async () =>
      ['w-1', 'w-2'].map((name) => ({ name, consuming: true, heartbeatAt: new Date() })),
    isPaused: async () => false,
    queueCounts: async () => ({
      indexing: { waiting: 12, active: 4, delayed: 0, failed: 0, paused: false },
    }),
  };
  return { pages, pipeline: { ...whole, ...broken } };
}

const indexed: DocumentState = { keyword: true, vectors: true };
export const withoutVectors: DocumentState = { keyword: true, vectors: false };
export const waiting: DocumentState = { keyword: false, vectors: false };

/** A promise that never settles. */
export const never = (): Promise<never> => new Promise(() => undefined);
