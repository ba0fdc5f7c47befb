import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { settingRows } from '../../../settings.ts';
import {
  configurationPage,
  pulumiYaml,
  workerVariables,
} from '../../../settings/generated-files.ts';

const file = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');

test('Pulumi.yaml declares what the settings say (npm run settings)', () =>
  expect(file('Pulumi.yaml')).toBe(pulumiYaml(file('Pulumi.yaml'))));

test('docs/configuration.md lists what the settings say (npm run settings)', () =>
  expect(file('docs/configuration.md')).toBe(configurationPage()));

test('worker/settings/generated.ts reads what the settings say (npm run settings)', () =>
  expect(file('worker/settings/generated.ts')).toBe(workerVariables()));

test('a reworded description leaves the sources of the image as they are', () => {
  for (const { description } of Object.values(settingRows))
    expect(workerVariables()).not.toContain(description);
});

test('the README leads to it', () => expect(file('README.md')).toContain('docs/configuration.md'));

test.each(Object.entries(settingRows))(
  '%s has a default and an example that it would take itself',
  (_key, row) => {
    if (row.default !== undefined) expect(row.kind.parse(row.default)).toHaveProperty('value');
    // A secret's example is the command that makes one.
    if (!row.kind.isSecret) expect(row.kind.parse(row.example)).toHaveProperty('value');
    expect(row.description).toMatch(/^[^.].{10,}[^.]$/);
  },
);
