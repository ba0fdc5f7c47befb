import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { rows } from '../../../settings.ts';
import { configurationPage, pulumiYaml } from '../../../settings/documents.ts';
import type { Row } from '../../../settings/row.ts';

const file = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');

test('Pulumi.yaml declares exactly the settings (written by npm run settings)', () =>
  expect(file('Pulumi.yaml')).toBe(pulumiYaml(file('Pulumi.yaml'))));

test('docs/configuration.md describes exactly the settings (written by npm run settings)', () =>
  expect(file('docs/configuration.md')).toBe(configurationPage()));

test('the README links to the page of the settings', () =>
  expect(file('README.md')).toContain('docs/configuration.md'));

test.each(Object.entries<Row<unknown>>(rows))(
  'setting %s accepts its own default and example and is described in one sentence',
  (_key, row) => {
    if (row.default !== undefined) expect(row.kind.parse(row.default)).toHaveProperty('value');
    // The example of a secret is the command that generates one.
    if (!row.kind.secret) expect(row.kind.parse(row.example)).toHaveProperty('value');
    expect(row.about).toMatch(/^[^.].{10,}[^.]$/);
  },
);
