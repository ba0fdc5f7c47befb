import { describe, expect, test } from 'vitest';

import { runWithTimeLimit } from '../../../../worker/queue/time-limit.ts';

const patient = {
  limitMs: 60_000,
  cancelled: new AbortController().signal,
  graceMs: () => 60_000,
  onAbandoned: () => undefined,
};
/** Work that ends when told to, with an error of its own. */
const obedient = (signal: AbortSignal) =>
  new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(new Error('interrupted'))),
  );

describe('work with a time limit', () => {
  test('gives its result or its own error', async () => {
    expect(await runWithTimeLimit(async () => 7, patient)).toBe(7);
    await expect(
      runWithTimeLimit(() => Promise.reject(new Error('mine')), patient),
    ).rejects.toThrow('mine');
  });

  test('is told to end at the limit and fails with a code of its own', async () => {
    await expect(runWithTimeLimit(obedient, { ...patient, limitMs: 5 })).rejects.toMatchObject({
      code: 'INDEXING_TIMEOUT',
      kind: 'retryable',
    });
  });

  test('that is cancelled fails with the reason of the cancellation', async () => {
    const cancelling = new AbortController();
    const ended = runWithTimeLimit(obedient, { ...patient, cancelled: cancelling.signal });
    cancelling.abort('the worker stops');
    await expect(ended).rejects.toBe('the worker stops');
    await expect(
      runWithTimeLimit(() => Promise.reject(new Error('begun')), {
        ...patient,
        cancelled: cancelling.signal,
      }),
    ).rejects.toBe('the worker stops');
  });

  test('that does not end when told to is abandoned and reported', async () => {
    let leftBehind = 0;
    await expect(
      runWithTimeLimit(() => new Promise(() => undefined), {
        ...patient,
        limitMs: 5,
        graceMs: () => 5,
        onAbandoned: () => {
          leftBehind += 1;
        },
      }),
    ).rejects.toMatchObject({ code: 'INDEXING_TIMEOUT' });
    expect(leftBehind).toBe(1);
  });
});
