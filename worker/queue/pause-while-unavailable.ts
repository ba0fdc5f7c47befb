import type { Worker } from 'bullmq';

import type { Availability } from '../circuit/circuit.ts';

/**
 * This process takes no jobs of a stage while one of its gates is shut: they keep waiting, and no
 * attempt is used up. The queue is not paused for it, that is the operator's; each replica holds
 * back on its own.
 */
export function pauseWhileUnavailable(worker: Worker, gates: readonly Availability[]): () => void {
  const settle = (): void => {
    const passable = gates.every((gate) => gate.allowsCalls);
    if (passable && worker.isPaused()) void worker.resume();
    else if (!passable && !worker.isPaused()) void worker.pause(true);
  };
  const stops = gates.map((gate) => gate.watch(settle));
  return () => stops.forEach((stop) => stop());
}
