import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { formatCommandsPage } from '../../../cli/documents.ts';

const file = (name: string) => readFileSync(new URL(`../../../${name}`, import.meta.url), 'utf8');

test('docs/commands.md lists what the definitions of the commands say (npm run commands)', () =>
  expect(file('docs/commands.md')).toBe(formatCommandsPage()));

test('the README leads to docs/commands.md', () =>
  expect(file('README.md')).toContain('docs/commands.md'));
