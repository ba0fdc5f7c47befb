import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { TrustedProxies } from '../../../../worker/api/trusted-proxies.ts';

const door = 'pulse_webhook';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** @param answers of the DNS, one after the other; `undefined` is none */
function proxiesWith(...answers: readonly (readonly string[] | undefined)[]): {
  proxies: TrustedProxies;
  asked: string[];
} {
  const asked: string[] = [];
  const proxies = new TrustedProxies([], door, async (name) => {
    const answer = answers[asked.push(name) - 1];
    if (answer === undefined) throw new Error('ESERVFAIL');
    return answer;
  });
  return { proxies, asked };
}

async function believes(proxies: TrustedProxies, address: string): Promise<boolean> {
  await proxies.learn(address);
  return proxies.has(address);
}

test('addresses and networks are believed as they are given, and no other', async () => {
  const proxies = new TrustedProxies(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32']);
  for (const address of ['10.9.8.7', '192.0.2.7', '2001:db8::7'])
    expect(await believes(proxies, address), address).toBe(true);
  for (const address of ['11.0.0.1', '192.0.2.8', '2001:db9::7', ''])
    expect(await believes(proxies, address), address).toBe(false);
});

test('of a network the front door alone is believed, by the address that its name has', async () => {
  const { proxies, asked } = proxiesWith(['172.24.0.5']);
  expect(await believes(proxies, '172.24.0.5')).toBe(true);
  expect(await believes(proxies, '172.24.0.6')).toBe(false);
  expect(asked).toEqual([door]);
});

test('a front door that was replaced is believed from its first request on', async () => {
  const { proxies } = proxiesWith(['172.24.0.5'], ['172.24.0.9']);
  expect(await believes(proxies, '172.24.0.5')).toBe(true);
  vi.advanceTimersByTime(1_500);
  expect(await believes(proxies, '172.24.0.9')).toBe(true);
  expect(proxies.has('172.24.0.5')).toBe(false);
});

test('strangers cause one question a second at most', async () => {
  const { proxies, asked } = proxiesWith(['172.24.0.5'], ['172.24.0.5']);
  await Promise.all(['10.0.0.1', '10.0.0.2', '10.0.0.3'].map((one) => proxies.learn(one)));
  await proxies.learn('10.0.0.4');
  expect(asked).toHaveLength(1);
  vi.advanceTimersByTime(1_500);
  await proxies.learn('10.0.0.4');
  expect(asked).toHaveLength(2);
});

test('the front door is believed while the DNS gives no answer, and waits for none', async () => {
  const { proxies, asked } = proxiesWith(['172.24.0.5'], undefined);
  expect(await believes(proxies, '172.24.0.5')).toBe(true);
  vi.advanceTimersByTime(15_000);
  expect(await believes(proxies, '172.24.0.5')).toBe(true);
  expect(asked).toHaveLength(2);
});
