import type { Worker } from 'bullmq';

import type { Availability } from '../circuit/circuit.ts';

/**
 * Keeps this process from taking jobs of a stage while a service that the stage needs is away. The
 * jobs stay in the queue, and no attempt is used up. The queue itself is not paused, because that
 * is the operator's decision; each replica pauses on its own.
 *
 * @returns ends it
 */
export function pauseWhileUnavailable(
  worker: Worker,
  services: readonly Availability[],
): () => void {
  const update = (): void => {
    const isAvailable = services.every(({ allowsCalls }) => allowsCalls);
    if (isAvailable && worker.isPaused()) void worker.resume();
    else if (!isAvailable && !worker.isPaused()) void worker.pause(true);
  };
  const stops = services.map((service) => service.watch(update));
  return () => stops.forEach((stop) => stop());
}
