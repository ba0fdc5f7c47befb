import { expect, test } from 'vitest';

import { mostWaiting } from '../../../../worker/queue/queues.ts';
import { enqueuePending } from '../../../../worker/sweep/pending.ts';

/** Postgres with documents of one stage that are pending, and a queue with room as Redis has it. */
class Night {
  #pending: number[];
  readonly queued = new Set<string>();
  pagesRead = 0;
  /** Jobs that others add between the look at the room and what the sweep adds. */
  addedByOthers = 0;

  constructor(documents: number) {
    this.#pending = Array.from({ length: documents }, (_, index) => index + 1);
  }

  readonly #services = {
    records: {
      pending: async ({ after = 0, limit }: { after?: number; limit: number }) => {
        this.pagesRead += 1;
        const from = this.#pending.findIndex((versionId) => versionId > after);
        return (from < 0 ? [] : this.#pending.slice(from, from + limit)).map((versionId) => ({
          versionId,
          documentId: `d${versionId}`,
        }));
      },
    },
    queues: {
      roomIn: async (_: string, most: number) => Math.max(0, most - this.queued.size),
      findUnqueued: async (_: string, ids: readonly string[]) =>
        ids.filter((id) => !this.queued.has(id)),
      enqueueAll: async (_: string, ids: readonly string[], most = mostWaiting.arriving) => {
        for (; this.addedByOthers > 0; this.addedByOthers -= 1)
          this.queued.add(`other-${this.addedByOthers}`);
        const fitting = ids.slice(0, Math.max(0, most - this.queued.size));
        for (const id of fitting) this.queued.add(id);
        return fitting.length;
      },
    },
  };

  sweep(): Promise<number> {
    return enqueuePending(this.#services, 'embedding');
  }

  /** A document that failed long ago is pending again. */
  retry(versionId: number): void {
    this.#pending = [...this.#pending, versionId].sort((one, other) => one - other);
  }

  /** The workers finish so many of the jobs, in their order. */
  work(jobs: number): void {
    const done = new Set([...this.queued].slice(0, jobs));
    for (const id of done) this.queued.delete(id);
    this.#pending = this.#pending.filter((versionId) => !done.has(`d${versionId}`));
  }

  get left(): number {
    return this.#pending.length;
  }
}

test('a queue is filled up to its limit, however many documents wait, and costs nothing while it is full', async () => {
  const night = new Night(200_000);
  expect(await night.sweep()).toBe(mostWaiting.swept);
  const { pagesRead } = night;
  for (let sweeps = 0; sweeps < 3; sweeps += 1) expect(await night.sweep()).toBe(0);
  expect(night.pagesRead).toBe(pagesRead);
  expect(night.queued).toContain('d1');
  expect(night.queued).not.toContain(`d${mostWaiting.swept + 1}`);
});

test('a full queue is worked off to the last document without running dry, oldest first', async () => {
  const documents = 60_000;
  const night = new Night(documents);
  let sweeps = 0;
  for (await night.sweep(); night.left > 0; sweeps += 1) {
    night.work(9_000);
    await night.sweep();
    expect(night.queued.size).toBe(Math.min(mostWaiting.swept, night.left));
  }
  expect(sweeps).toBe(Math.ceil(documents / 9_000));
});

test('documents behind a queue that runs low are found in one sweep', async () => {
  const night = new Night(10_000);
  for (let id = 1; id <= 5_000; id += 1) night.queued.add(`d${id}`);
  expect(await night.sweep()).toBe(5_000);
});

test('a sweep reads as many pages as the queue has thousands of jobs, however many documents wait', async () => {
  const night = new Night(200_000);
  await night.sweep();
  night.work(100);
  const { pagesRead } = night;
  expect(await night.sweep()).toBe(100);
  expect(night.pagesRead - pagesRead).toBeLessThanOrEqual(mostWaiting.swept / 1_000 + 1);
});

test('what did not fit into the queue is not counted, and enqueued by the next sweep that finds room', async () => {
  const night = new Night(20_000);
  night.addedByOthers = 4_000;
  expect(await night.sweep()).toBe(mostWaiting.swept - 4_000);
  night.work(5_000);
  expect(await night.sweep()).toBe(5_000);
  expect(night.queued).toContain(`d${mostWaiting.swept - 4_000 + 1}`);
});

test('a document that was retried is enqueued before newer ones that wait', async () => {
  const night = new Night(100_000);
  for (let sweeps = 0; sweeps < 3; sweeps += 1) {
    await night.sweep();
    night.work(9_000);
  }
  night.retry(5);
  expect(await night.sweep()).toBe(9_000);
  expect(night.queued).toContain('d5');
});
