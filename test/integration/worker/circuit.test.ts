import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { redisHealthCommand } from '../../../healthchecks/container.ts';
import { Circuit } from '../../../worker/circuit/circuit.ts';
import { PulseError } from '../../../worker/errors.ts';
import { eventually } from '../../harness/eventually.ts';
import { startServer } from '../../harness/server.ts';
import type { Server } from '../../harness/server.ts';

const away = () => Promise.reject(new PulseError('TEI_REFUSED', 'away', 'nobody listens'));
const fine = () => Promise.resolve('done');

describe('a shared circuit', () => {
  let running: Server;
  let redis: Redis;
  let service: { away: boolean; probes: number };
  const stops: (() => void)[] = [];
  beforeAll(async () => {
    running = await startServer({
      name: 'redis',
      port: 6379,
      command: ['redis-server', '--protected-mode', 'no'],
      check: redisHealthCommand(),
    });
    redis = new Redis(`redis://${running.authority}`, { maxRetriesPerRequest: 1 });
    redis.on('error', () => {}); // this test takes Redis away
  });
  afterEach(async () => {
    stops.splice(0).forEach((stop) => stop());
    await redis.flushall();
  });
  afterAll(async () => {
    redis.disconnect();
    await running[Symbol.asyncDispose]();
  });

  /** Three replicas that share one service, which is away. */
  function replicas(): Circuit[] {
    service = { away: true, probes: 0 };
    const probe = async (): Promise<void> => {
      service.probes += 1;
      if (service.away) await away();
    };
    const circuits = ['one', 'two', 'three'].map(
      (replica) =>
        new Circuit({ name: 'tei', redis, replica, probe, log: pino({ enabled: false }) }),
    );
    stops.push(...circuits.map((circuit) => circuit.watch(() => {})));
    return circuits;
  }
  const opened = async (circuit: Circuit): Promise<void> => {
    for (let call = 0; call < 3; call += 1) await circuit.run(away).catch(() => {});
  };

  test('opens for all replicas after three failures in a row at one, and says since when and why', async () => {
    const [one, two, three] = replicas() as [Circuit, Circuit, Circuit];
    await one.run(away).catch(() => {});
    await one.run(fine);
    await one.run(away).catch(() => {});
    expect(await two.state()).toEqual({ kind: 'closed' });
    await opened(one);
    for (const circuit of [one, two, three])
      expect(await circuit.state()).toEqual({
        kind: 'open',
        since: expect.any(Date),
        code: 'TEI_REFUSED',
        reason: 'nobody listens',
      });
    await expect(three.run(fine)).rejects.toMatchObject({ code: 'TEI_REFUSED', kind: 'away' });
  });

  test('does not open for failures that a document causes', async () => {
    const [one] = replicas() as [Circuit];
    for (let call = 0; call < 5; call += 1)
      await one
        .run(() => Promise.reject(new PulseError('TEI_ANSWER', 'final', 'too long')))
        .catch(() => {});
    expect(await one.state()).toEqual({ kind: 'closed' });
  });

  test('opens at once for a failure that no retry can end', async () => {
    const [one, two] = replicas() as [Circuit, Circuit];
    await one
      .run(() => Promise.reject(new PulseError('TEI_MODEL', 'away', 'another model')))
      .catch(() => {});
    expect(await two.state()).toMatchObject({ kind: 'open', code: 'TEI_MODEL' });
  });

  test('is probed by one replica, whose successful trial call closes it for all', async () => {
    const circuits = replicas();
    await opened(circuits[0] as Circuit);
    await eventually('two probes', () => expect(service.probes).toBeGreaterThan(1));
    service.away = false;
    const trier = await eventually('one replica that may try', () => {
      const passable = circuits.filter((circuit) => circuit.allowsCalls);
      expect(passable).toHaveLength(1);
      return passable[0] as Circuit;
    });
    expect(await trier.state()).toMatchObject({ kind: 'half-open' });
    await trier.run(fine);
    for (const circuit of circuits) expect(await circuit.state()).toEqual({ kind: 'closed' });
  });

  test('keeps the time at which it opened when the trial call fails', async () => {
    const circuits = replicas();
    await opened(circuits[0] as Circuit);
    const before = await (circuits[0] as Circuit).state();
    service.away = false;
    const trier = await eventually('one replica that may try', () => {
      const passable = circuits.filter((circuit) => circuit.allowsCalls);
      expect(passable).toHaveLength(1);
      return passable[0] as Circuit;
    });
    await opened(trier);
    expect(await (circuits[1] as Circuit).state()).toEqual(before);
  });

  test('closes by itself when no job comes for the trial call', async () => {
    const circuits = replicas();
    await opened(circuits[0] as Circuit);
    service.away = false;
    await eventually('a closed circuit', () =>
      expect(circuits.every((circuit) => circuit.allowsCalls)).toBe(true),
    );
  });

  test('closes when Redis is emptied, and opens again while the service fails', async () => {
    const circuits = replicas();
    await opened(circuits[0] as Circuit);
    await redis.flushall();
    await eventually('a closed circuit', () =>
      expect(circuits.every((circuit) => circuit.allowsCalls)).toBe(true),
    );
    await opened(circuits[1] as Circuit);
    expect(await (circuits[2] as Circuit).state()).toMatchObject({ kind: 'open' });
  });

  test('opens without Redis for the replica that sees failures, and closes when Redis is back', async () => {
    const [one] = replicas() as [Circuit];
    await running.freeze();
    try {
      await opened(one);
      expect(one.allowsCalls).toBe(false);
      await expect(one.run(fine)).rejects.toMatchObject({ code: 'TEI_REFUSED' });
    } finally {
      await running.docker('unpause');
    }
    service.away = false;
    await eventually('a closed circuit', () => expect(one.allowsCalls).toBe(true));
  });
});
