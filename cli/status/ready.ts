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
  backups,
  unknown,
}: StackInspection): string[] {
  if (containers.length === 0) return ['it has no containers'];
  const unhealthy = containers.filter(({ health }) => health !== 'healthy');
  const hasWorker = containers.some(({ container }) => isWorker(container));
  const full = volumes.filter(({ usedPercent }) => usedPercent >= fullPercent);
  const failing = gpuHost.filter(({ ok }) => !ok);
  const paused = queues.filter(({ paused: isPaused }) => isPaused);
  return [
    ...unhealthy.map(({ container, health }) => `${container} is ${health}`),
    ...(hasWorker ? [] : ['it has no worker']),
    ...full.map(
      ({ volume, usedPercent, free }) =>
        `the disk under volume ${volume} is ${usedPercent}% full, ${free} are free`,
    ),
    ...failing.map(
      ({ service, code }) =>
        `${service} does not answer as it should (${code}): ${effectOf(service)}`,
    ),
    ...unknown,
    ...backups
      .filter(({ ok }) => !ok)
      .map(({ what, result }) => `the last ${what} did not succeed: ${result}`),
    ...paused.map(({ queue }) => `queue ${queue} is paused: ./pulse queue resume`),
  ];
}

/** What goes on without a service of the GPU host. */
function effectOf(service: string): string {
  return service === 'ollama'
    ? 'indexing and search go on without it'
    : 'documents are found by keyword, and wait for it';
}
