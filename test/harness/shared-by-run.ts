/**
 * Vitest's global setup of the groups that need stores and programs, once a run, whichever groups
 * run, removed with the last:
 *
 * - One set of stores. No test restarts them, so they write to no disk.
 * - The programs, bundled as those of the image. A program starts in half of the processor time that
 *   its sources take, and what is tested is what runs in a stack.
 */
import type { TestProject } from 'vitest/node';

import { bundlePrograms } from './image-programs.ts';
import type { ImagePrograms } from './image-programs.ts';
import { programsVariable } from './programs-folder.ts';
import { openStores } from './stores.ts';
import type { StoreAddresses, Stores } from './stores.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly stores: StoreAddresses;
  }
}

/** Each group loads this file as a module of its own; all are in one process. */
const run = globalThis as typeof globalThis & {
  sharedByRun?: { readonly opened: Promise<[Stores, ImagePrograms]>; users: number };
};

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = (run.sharedByRun ??= {
    opened: Promise.all([openStores({ durable: false }), bundlePrograms()]),
    users: 0,
  });
  shared.users += 1;
  const [stores, programs] = await shared.opened;
  project.provide('stores', stores.addresses);
  process.env[programsVariable] = programs.folder;
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    delete run.sharedByRun;
    await Promise.all([stores[Symbol.asyncDispose](), programs[Symbol.asyncDispose]()]);
  };
}
