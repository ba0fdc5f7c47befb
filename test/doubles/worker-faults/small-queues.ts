/** Preloaded by a worker or an API: queues that hold a fifth of the jobs. */
import { mostWaiting } from '../../../worker/queue/queues.ts';

for (const [who, jobs] of Object.entries(mostWaiting))
  Object.assign(mostWaiting, { [who]: jobs / 5 });
