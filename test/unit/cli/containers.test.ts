import { expect, test } from 'vitest';

import { isBroken } from '../../../cli/containers.ts';
import type { Container } from '../../../cli/containers.ts';

const startedMs = Date.parse('2026-03-01T10:00:00Z');
const container = (health: string, status = 'running') =>
  ({
    Name: '/pulse-test_webhook-worker-1',
    Config: { Labels: { 'pulse.stack': 'test' }, Healthcheck: { StartPeriod: 60e9 } },
    State: { Status: status, StartedAt: '2026-03-01T10:00:00Z', Health: { Status: health } },
    NetworkSettings: { Networks: { 'pulse-test': {} } },
  }) as unknown as Container;

test.each([
  ['healthy', 3_600, false],
  ['unhealthy', 1, true],
  ['starting', 59, false],
  ['starting', 61, true],
])('a container that is %s %i s after its start is broken: %s', (health, seconds, broken) =>
  expect(isBroken(container(health), startedMs + seconds * 1_000)).toBe(broken),
);

test('a container that does not run is not broken: it is started', () =>
  expect(isBroken(container('unhealthy', 'exited'))).toBe(false));
