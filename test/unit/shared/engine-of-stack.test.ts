import { expect, test } from 'vitest';

import { describeEngineMove } from '../../../shared/engine-of-stack.ts';

const [own, other] = ['bc53497a-30db-4afc-b8a0-9adcc5fc29df', 'ABCD:EFGH:IJKL:MNOP'];

test('another engine than that of the last update is refused, with both ways to go on', () => {
  const found = describeEngineMove({ deployed: own, present: other });
  expect(found?.code).toBe('HOST_OTHER');
  expect(found?.problem).toMatch(
    new RegExp(`${own}[^]*${other}[^]*DOCKER_HOST[^]*config set pulse:allowEngine '${other}'`),
  );
});

test('a confirmation holds for the engine that it names, and for no later one', () => {
  expect(describeEngineMove({ deployed: own, present: other, allowed: other })).toBeUndefined();
  expect(describeEngineMove({ deployed: other, present: own, allowed: other })).toBeDefined();
});

test.each([
  ['the same engine', own, own],
  ['a stack of a release that kept no id', undefined, other],
  ['no engine, as in a preview', own, undefined],
])('%s is no move', (_, deployed, present) => {
  expect(describeEngineMove({ deployed, present })).toBeUndefined();
});
