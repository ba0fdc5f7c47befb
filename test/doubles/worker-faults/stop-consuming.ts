/** Preloaded by a worker: after SIGUSR2 its BullMQ workers ask for no more jobs. */
import { Worker } from 'bullmq';

// oxlint-disable-next-line typescript/unbound-method -- it is called with its worker below
const runUnchanged = Worker.prototype.run;

Worker.prototype.run = function run(this: Worker): Promise<void> {
  process.on('SIGUSR2', () => {
    // A paused worker asks once more when its connection is back.
    Object.assign(this, { _getNextJob: () => new Promise(() => undefined) });
    void this.pause(true);
  });
  return runUnchanged.call(this);
};
