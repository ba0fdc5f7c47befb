import { expect, test } from 'vitest';

import { isRepeatedLog, noteWork } from '../../../../cli/deployment/update.ts';

const state = (text: string): string => ` +  command:local:Command verification-probe ${text}`;

test.each([
  state('creating (12s) CHECK     RESULT  LATENCY  CODE  TARGET'),
  state('creating (12s) '),
  state('creating replacement (3s) [diff: ~triggers]; postgres  ok       377 ms'),
  state('creating (0s) CHECK     RESULT  LATENCY  CODE  TARGET'),
  state('updating (1.2s) tei FAILED: it does not answer'),
])("a line of the verification's table is not shown twice: %s", (line) =>
  expect(isRepeatedLog(line)).toBe(true),
);

test.each([
  state('creating (0s) '),
  state('creating replacement (0s) [diff: ~stdin,triggers]'),
  state('created replacement (3s) [diff: ~triggers]; 7 of 7 checks passed'),
  state('created (12s) 7 of 7 checks passed at 2026-01-01T00:00:00.000Z'),
  state('**creating failed** error: exit status 1'),
  '    CHECK     RESULT  LATENCY  CODE  TARGET',
  ' +  docker:index:RemoteImage worker-image creating (12s) step 3 of 9',
])('a line that Pulumi prints once is shown: %s', (line) =>
  expect(isRepeatedLog(line)).toBe(false),
);

test('what Pulumi works on is known while it is silent', () => {
  const atWork = new Set<string>();
  for (const line of [
    ' +  pulse:worker:WorkerPool worker creating (0s) ',
    ' +  docker:index:Container postgres creating (0s) ',
    ' ++ docker:index:Container redis creating replacement (0s) [diff: ~envs]',
    ' ~  docker:index:Container redis updating (1s) ',
    ' +  docker:index:Container postgres created (75s) ',
    'Resources:',
    '    + 35 created',
  ])
    noteWork(line, atWork);
  expect([...atWork]).toEqual(['redis']);
});
