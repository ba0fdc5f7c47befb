/**
 * Vitest's global setup of the groups that start programs: they are bundled as those of the image,
 * once a run, whichever groups run. A program starts in half of the processor time that its sources
 * take, and what is tested is what runs in a stack.
 */
import { bundlePrograms } from './image-programs.ts';
import type { ImagePrograms } from './image-programs.ts';
import { programsVariable } from './programs-folder.ts';

/** Each group loads this file as a module of its own; all are in one process. */
const run = globalThis as typeof globalThis & {
  sharedPrograms?: { readonly programs: Promise<ImagePrograms>; users: number };
};

export default async function setup(): Promise<() => Promise<void>> {
  const shared = (run.sharedPrograms ??= { programs: bundlePrograms(), users: 0 });
  shared.users += 1;
  const programs = await shared.programs;
  process.env[programsVariable] = programs.folder;
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    delete run.sharedPrograms;
    await programs[Symbol.asyncDispose]();
  };
}
