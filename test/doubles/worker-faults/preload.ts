import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The modules of this folder, each a fault inside a worker's process. */
export type WorkerFault = 'block-event-loop' | 'die-of-arsenic' | 'small-queues' | 'stop-consuming';

/** @returns environment of a worker that has this fault, without a change to its code */
export function preloadFault(fault: WorkerFault): { readonly NODE_OPTIONS: string } {
  const module = pathToFileURL(join(import.meta.dirname, `${fault}.ts`)).href;
  return { NODE_OPTIONS: `--import=${module}` };
}

/**
 * Whether a process gets such a fault. It has to run the sources: a fault changes the modules that
 * they import, and a bundle has copies of its own.
 */
export function isFaultPreloaded(environment: Readonly<Record<string, string>>): boolean {
  return environment['NODE_OPTIONS']?.startsWith('--import=') ?? false;
}
