/**
 * Vitest's global setup of the groups that need stores: one set a run, whichever groups run,
 * removed with the last. No test restarts them, so they write to no disk.
 */
import type { TestProject } from 'vitest/node';

import { openStores } from './stores.ts';
import type { StoreAddresses, Stores } from './stores.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly stores: StoreAddresses;
  }
}

/** Each group loads this file as a module of its own; all are in one process. */
const run = globalThis as typeof globalThis & {
  sharedStores?: { readonly stores: Promise<Stores>; users: number };
};

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = (run.sharedStores ??= { stores: openStores({ durable: false }), users: 0 });
  shared.users += 1;
  const stores = await shared.stores;
  project.provide('stores', stores.addresses);
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    delete run.sharedStores;
    await stores[Symbol.asyncDispose]();
  };
}
