import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { onTestFinished } from 'vitest';

/** Makes an empty folder for the test that runs; it is removed when the test has ended. */
export function makeTestFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pulse-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}
