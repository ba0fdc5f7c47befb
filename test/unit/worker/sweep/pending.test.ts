import { expect, test } from 'vitest';

import { mostWaiting } from '../../../../worker/queue/queues.ts';
import { enqueuePending } from '../../../../worker/sweep/pending.ts';

/** Postgres with documents of one stage that are pending, and a queue with room as Redis has it. */
class Night {
  #pending: number[];
  readonly queued = new Set<string>();
  pagesRead = 0;
  #after = 0;

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
      enqueueAll: async (_: string, ids: readonly string[]) =>
        ids.forEach((id) => this.queued.add(id)),
    },
  };

  async sweep(): Promise<number> {
    const swept = await enqueuePending(this.#services, 'embedding', this.#after);
    this.#after = swept.after;
    return swept.enqueued;
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

test('a long queue in which nothing is missing costs one page a sweep', async () => {
  const night = new Night(12_000);
  await night.sweep();
  const { pagesRead } = night;
  for (let sweeps = 0; sweeps < 5; sweeps += 1) expect(await night.sweep()).toBe(0);
  expect(night.pagesRead - pagesRead).toBe(5);
});
