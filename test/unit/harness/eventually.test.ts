import { expect, test } from 'vitest';

import { eventually } from '../../harness/eventually.ts';

test('eventually returns what its condition returns once that is not false', async () => {
  let tries = 0;
  const condition = () => {
    tries += 1;
    return tries < 3 ? false : 'third';
  };
  expect(await eventually('three tries', condition)).toBe('third');
});

test('eventually accepts a condition that returns nothing and no longer throws', async () => {
  let tries = 0;
  const condition = async () => {
    tries += 1;
    expect(tries).toBe(2);
  };
  await expect(eventually('two tries', condition)).resolves.toBeUndefined();
});

test('eventually fails with what it waited for and the last error of the condition', async () => {
  const cause = new Error('3 jobs are left');
  const failing = eventually('an empty queue', () => Promise.reject(cause), 1);
  await expect(failing).rejects.toMatchObject({
    message: 'an empty queue: not within 0.001 s; the last try: 3 jobs are left',
    cause,
  });
});

test('eventually fails with what it waited for when the condition stays false', async () => {
  const failing = eventually('rain', () => false, 1);
  await expect(failing).rejects.toThrow('rain: not within 0.001 s');
});
