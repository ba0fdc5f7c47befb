import { expect, test } from 'vitest';

import type { Hop } from '../../../../healthchecks/hops.ts';
import type { Check } from '../../../../healthchecks/probe.ts';
import type { Report } from '../../../../healthchecks/verify.ts';
import type { Code } from '../../../../shared/codes.ts';
import { judgeCanary } from '../../../../worker/operator/canary.ts';

const check = (name: string, code: Code | null = null): Check => ({
  name,
  target: name,
  ok: code === null,
  latencyMs: 1,
  code,
  problem: code && 'granite',
  tried: null,
  check: null,
  evidence: null,
});
const hop = (name: string, code: Code | null = null): Hop => ({
  name,
  ok: code === null,
  latencyMs: 1,
  code,
  problem: code && 'granite',
});

function report(services: readonly Check[], hops: readonly Hop[]): Report {
  const failed = hops.find(({ ok }) => !ok);
  const canary = { ...check('canary', failed?.code ?? null), hops };
  return { ok: true, verifiedAt: '2026-11-26T12:00:00.000Z', checks: [...services, canary] };
}

const there = [check('tei'), check('qdrant')];
const teiAway = [check('tei', 'TEI_REFUSED'), check('qdrant')];
const waiting = hop('vectors', 'CANARY_VECTORS_PENDING');

test.each([
  ['passes when it is found both ways', there, [hop('submit')], 'both ways', []],
  [
    'passes by keyword while TEI is away',
    teiAway,
    [waiting],
    'by keyword; its vectors wait',
    ['tei'],
  ],
  ['fails when vectors do not come although all is there', there, [waiting], null, []],
  [
    'fails when it is left behind, whatever is away',
    teiAway,
    [waiting, hop('remove', 'CANARY_LEFT_BEHIND')],
    null,
    ['tei'],
  ],
  [
    'fails when it is not found by keyword, whatever is away',
    teiAway,
    [hop('keyword index', 'CANARY_NOT_INDEXED')],
    null,
    ['tei'],
  ],
] as const)('a canary %s', (_, services, hops, found, away) => {
  const judged = judgeCanary(report(services, hops));
  expect(judged).toMatchObject({ found, away });
  expect(judged.fault === undefined).toBe(found !== null);
});
