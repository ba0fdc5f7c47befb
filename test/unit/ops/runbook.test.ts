import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const page = readFileSync(join(root, 'docs/operations.md'), 'utf8');
const sections = page
  .split(/^(?=#{2,3} )/m)
  .filter((section) => /^### Pulse\w+\n/.test(section))
  .join('')
  .trimEnd()
  .concat('\n');

test('the page has the sections of docs/operations.md (written by npm run runbook)', async () => {
  await expect(sections).toMatchFileSnapshot(join(root, 'worker/page/assets/runbook.md'));
});

test('they are paragraphs of words, code and links, which is all that the page writes', () => {
  for (const paragraph of sections.split(/\n{2,}/))
    expect(paragraph.replaceAll(/`[^`]+`|\[[^\]]+\]\([^)\s]+\)/g, 'x')).not.toMatch(
      /^(?:[-*>]|\d+\. |#(?!## \w+$))|[`[\]|*]/,
    );
});
