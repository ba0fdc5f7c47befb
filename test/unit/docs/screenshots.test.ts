import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { digestFile, digestTemplates } from '../../screenshots/templates.ts';

test('the screenshots of README.md are of the page as it is (taken by npm run screenshots)', () => {
  expect(readFileSync(digestFile, 'utf8').trim()).toBe(digestTemplates());
});
