import { afterEach, expect, test, vi } from 'vitest';

import { isOnPassingMachine, makeLabel, parseLabel } from '../../../../cli/files/label.ts';

afterEach(() => vi.unstubAllEnvs());

test('a folder has a label of its own on each machine, which can be the host of a URL', () => {
  const label = makeLabel('/srv/Händbuch (alt)', 'nas');
  expect(label).toMatch(/^nas-srv-ha-ndbuch-alt-[0-9a-f]{8}$/);
  expect(new URL(`file://${label}/`).host).toBe(label);
  expect(makeLabel('/srv/Händbuch (alt)', 'nas')).toBe(label);
  expect(makeLabel('/srv/Händbuch (alt)', 'nas2')).not.toBe(label);
  expect(makeLabel('/srv/Händbuch /alt', 'nas')).not.toBe(label);
});

test.each(['my docs', 'a/b', '', '7', 'docs.', 'localhost', 'a:1'])(
  'no label can be %j',
  (text) => {
    expect(() => parseLabel(text)).toThrow('cannot be the label');
  },
);

test('a CI job is known as a machine whose name does not stay', () => {
  vi.stubEnv('CI', 'true');
  expect(isOnPassingMachine()).toBe(true);
});
