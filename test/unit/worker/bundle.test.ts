import { execFile } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, onTestFinished, test } from 'vitest';

const execute = promisify(execFile);
const root = join(import.meta.dirname, '../../..');

test('the bundle of the image has every program under its name, in ASCII and with its places', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pulse-bundle-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  await execute(process.execPath, ['worker/bundle.ts', folder], { cwd: root });

  const threads = globSync('worker/*/thread.ts', { cwd: root });
  expect(threads.length).toBeGreaterThan(0);
  for (const program of ['worker/worker.ts', 'worker/api.ts', 'worker/cli.ts', ...threads])
    expect(realpathSync(join(folder, program))).toBe(join(folder, program.replace(/ts$/, 'js')));
  const sources = globSync('**/*.js', { cwd: folder }).map((path) =>
    readFileSync(join(folder, path), 'utf8'),
  );
  expect(sources.length).toBeLessThan(50);
  for (const source of sources)
    expect(source.match(/[^\0-\x7f]|\b(__dirname|import\.meta\.(url|dirname))\b/)).toBeNull();

  const help = async (cwd: string) =>
    (await execute(process.execPath, ['worker/cli.ts', '--help'], { cwd })).stdout;
  expect(await help(folder)).toBe(await help(root));
});
