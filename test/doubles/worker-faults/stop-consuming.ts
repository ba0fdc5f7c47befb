/** Preloaded by a worker: SIGUSR2 stops its BullMQ workers from taking jobs. */
import { Worker } from 'bullmq';

// oxlint-disable-next-line typescript/unbound-method -- it is called with its worker below
const runUnchanged = Worker.prototype.run;

Worker.prototype.run = function run(this: Worker): Promise<void> {
  process.on('SIGUSR2', () => void this.pause(true));
  return runUnchanged.call(this);
};
