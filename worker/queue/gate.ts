import type { Worker } from 'bullmq';

import type { Circuit } from '../circuit/circuit.ts';

/**
 * This process takes no jobs of a stage while one of its circuits is open: they keep waiting, and no attempt is used up.
 * The queue is not paused for it, that is the operator's; each replica holds back on its own.
 */
export function holdWhileOpen(worker: Worker, circuits: readonly Circuit[]): () => void {
  const settle = (): void => {
    const passable = circuits.every((circuit) => circuit.passable);
    if (passable && worker.isPaused()) void worker.resume();
    else if (!passable && !worker.isPaused()) void worker.pause(true);
  };
  const stops = circuits.map((circuit) => circuit.watch(settle));
  return () => stops.forEach((stop) => stop());
}
