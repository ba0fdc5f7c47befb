import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { timed } from '../harness/timed.ts';
import { imageOf } from './images.ts';

const exec = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const lock = join(tmpdir(), 'pulse-test-images.lock');
let built: Promise<void> | undefined;

/**
 * Builds the images of this tree, one process of the tests after the other: what the stacks build
 * is in the engine's cache then. Without it they would build the same at once, which takes its time
 * twice, and on containerd's image store fails now and then: both store the same layer.
 */
export function prebuildImages(): Promise<void> {
  return (built ??= timed('build of the images of this tree', async () => {
    const worker = ['--file', join(root, 'worker/Dockerfile'), root];
    await build('pulse-test-worker', await imageOf('node'), worker);
    await build('pulse-test-backup', await imageOf('postgres'), [join(root, 'backup')]);
  }));
}

async function build(tag: string, base: string, context: readonly string[]): Promise<void> {
  const args = ['build', '--quiet', '--tag', tag, '--build-arg', `BASE_IMAGE=${base}`, ...context];
  await exec('flock', [lock, 'docker', ...args]);
}
