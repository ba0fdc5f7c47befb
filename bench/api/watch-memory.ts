import { setTimeout as pause } from 'node:timers/promises';

import { anonymousMiB } from '../worker/resident.ts';

const samplingMs = 250;

/** @returns what stops it and tells the most anonymous memory that it saw, MiB */
export function watchMemory(pid: number): { stop(): Promise<number> } {
  const stopping = new AbortController();
  const watching = (async () => {
    let most = 0;
    while (!stopping.signal.aborted) {
      most = Math.max(most, await anonymousMiB(pid));
      await pause(samplingMs);
    }
    return most;
  })();
  return {
    stop: () => {
      stopping.abort();
      return watching;
    },
  };
}
