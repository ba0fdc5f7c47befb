import { expect, test } from 'vitest';

import { chooseStartInterval, knowsStartInterval } from '../../../settings/start-interval.ts';

const old = { subnet: '10.1.0.0/24' };
const using = { ...old, usesStartInterval: true };
const without = { ...old, usesStartInterval: false };

test.each<
  [what: string, deployed: object, apiVersion: string | undefined, seconds: number | undefined]
>([
  ['a new stack on an engine that has it', {}, '1.44', 1],
  ['a new stack on an older engine', {}, '1.43', undefined],
  ['a preview of a new stack without an engine', {}, undefined, undefined],
  ['a stack of an earlier release', old, '1.56', undefined],
  ['a stack that was made with it', using, '1.56', 1],
  ['its preview without an engine', using, undefined, 1],
  ['the same on an older engine', using, '1.43', undefined],
  ['a stack that was made without it, on a new engine', without, '1.56', undefined],
])(
  '%s: no container is replaced for the interval of its start',
  (_, deployed, version, seconds) => {
    const chosen = chooseStartInterval({ configured: undefined, deployed, apiVersion: version });
    expect(chosen.seconds).toBe(seconds);
    expect(chooseStartInterval({ configured: 7, deployed, apiVersion: version })).toEqual({
      ...chosen,
      seconds: 7,
    });
    // The update after it does the same.
    const next = { ...old, usesStartInterval: chosen.isUsed };
    const again = chooseStartInterval({
      configured: undefined,
      deployed: next,
      apiVersion: version,
    });
    expect(again).toEqual(chosen);
  },
);

test.each([
  ['1.41', false],
  ['1.43', false],
  ['1.44', true],
  ['1.56', true],
  ['2.0', true],
])('an engine of API %s has an interval for starts: %s', (version, knows) => {
  expect(knowsStartInterval(version)).toBe(knows);
});
