import { pino } from 'pino';
import { expect, test } from 'vitest';

import { Circuit } from '../../../../worker/circuit/circuit.ts';
import { PulseError } from '../../../../worker/errors.ts';

test('a circuit that opens says which service is meant, where it is, and why', () => {
  const lines: unknown[] = [];
  const log = pino({}, { write: (line) => lines.push(JSON.parse(line)) });
  const circuit = new Circuit({
    name: 'local-tei',
    address: 'http://pulse-dev_local_tei:8080',
    redis: {} as never,
    replica: 'only',
    probe: () => Promise.resolve(),
    log,
  });
  circuit.report(new PulseError('TEI_MODEL', 'away', 'TEI serves a, not b'));
  expect(lines).toMatchObject([
    {
      circuit: 'local-tei',
      address: 'http://pulse-dev_local_tei:8080',
      code: 'TEI_MODEL',
      reason: 'TEI serves a, not b',
    },
  ]);
});
