import { afterAll, beforeAll } from 'vitest';

import type { ApiProcess } from './api-process.ts';
import { openTestStack } from './test-stack.ts';
import type { TestStack } from './test-stack.ts';

export interface ServedApi {
  readonly stack: TestStack;
  readonly api: ApiProcess;
  /** The URLs of all documents, sorted. */
  storedUrls(): Promise<string[]>;
}

/**
 * Opens a test stack with an API for all tests of the file that calls it. It is there from the
 * first test on.
 */
export function serveApi({
  environment = {},
  withWorker = false,
}: {
  /** Of the API alone. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly withWorker?: boolean;
} = {}): ServedApi {
  let stack: TestStack;
  let api: ApiProcess;
  beforeAll(async () => {
    stack = await openTestStack();
    [api] = await Promise.all([stack.api(environment), withWorker && stack.worker()]);
  });
  afterAll(() => stack[Symbol.asyncDispose]());
  return {
    get stack() {
      return stack;
    },
    get api() {
      return api;
    },
    storedUrls: async () => {
      const { rows } = await stack.services.pool.query<{ url: string }>(
        'SELECT url FROM documents',
      );
      return rows.map(({ url }) => url).sort();
    },
  };
}
