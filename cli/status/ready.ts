import { isWorker } from '../containers.ts';
import type { StackInspection } from './inspect.ts';

/** Postgres and Redis need room for their logs before they need it for data. */
const fullPercent = 90;

/**
 * Why a stack is not ready, a sentence each; empty when it is. What only slows it (a restart, a
 * queue) is in the tables.
 */
export function reasonsNotReady({
  containers,
  volumes,
  gpuHost,
  queues,
  unknown,
}: StackInspection): string[] {
  if (containers.length === 0) return ['it has no containers'];
  return [
    ...containers
      .filter(({ health }) => health !== 'healthy')
      .map(({ container, health }) => `${container} is ${health}`),
    ...(containers.every(({ container }) => !isWorker(container)) ? ['it has no worker'] : []),
    ...volumes
      .filter(({ usedPercent }) => usedPercent >= fullPercent)
      .map(
        ({ volume, usedPercent, free }) =>
          `the disk under volume ${volume} is ${usedPercent}% full, ${free} are free`,
      ),
    ...gpuHost
      .filter(({ ok }) => !ok)
      .map(
        ({ service, code }) =>
          `${service} does not answer as it should (${code}): ${service === 'ollama' ? 'indexing and search go on without it' : 'documents are found by keyword, and wait for it'}`,
      ),
    ...unknown,
    ...queues
      .filter(({ paused }) => paused)
      .map(({ queue }) => `queue ${queue} is paused: ./pulse queue resume`),
  ];
}
