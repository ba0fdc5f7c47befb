import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { settingRows } from '../../../settings.ts';
import {
  configurationPage,
  pulumiYaml,
  workerVariables,
} from '../../../settings/generated-files.ts';

const file = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');

test('Pulumi.yaml declares exactly the settings (written by npm run settings)', () =>
  expect(file('Pulumi.yaml')).toBe(pulumiYaml(file('Pulumi.yaml'))));

test('docs/configuration.md describes exactly the settings (written by npm run settings)', () =>
  expect(file('docs/configuration.md')).toBe(configurationPage()));

test('worker/settings/generated.ts reads exactly the settings (written by npm run settings)', () =>
  expect(file('worker/settings/generated.ts')).toBe(workerVariables()));

test('a reworded description leaves the sources of the image as they are', () => {
  for (const { description } of Object.values(settingRows))
    expect(workerVariables()).not.toContain(description);
});

test('the README links to the page of the settings', () =>
  expect(file('README.md')).toContain('docs/configuration.md'));

test.each(Object.entries(settingRows))(
  'setting %s accepts its own default and example and is described in one sentence',
  (_key, row) => {
    if (row.default !== undefined) expect(row.kind.parse(row.default)).toHaveProperty('value');
    // A secret's example is the command that makes one, that of a file is its name.
    if (!row.kind.isSecret && !row.kind.isFile)
      expect(row.kind.parse(row.example)).toHaveProperty('value');
    expect(row.description).toMatch(/^[^.].{10,}[^.]$/);
  },
);
