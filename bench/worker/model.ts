import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { eventually } from '../../test/harness/eventually.ts';
import { imageReference } from '../../test/harness/server.ts';

const exec = promisify(execFile);

export const defaultModel = 'sentence-transformers/all-MiniLM-L6-v2';
/** A first start may download some 100 MB. */
const modelLimitMs = 300_000;
const repository = `models--${defaultModel.replace('/', '--')}`;

/**
 * A Hugging Face cache with the model's real tokenizer, fetched by the TEI that a stack would run.
 * Its sentence limit of 256 tokens is left out: the benchmark's chunks have the default's 512.
 */
export async function cacheModel(hfHome: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pulse-bench-model-'));
  await chmod(folder, 0o777); // the image's user is not ours
  const { stdout } = await exec('docker', [
    'run',
    '--detach',
    '--rm',
    '--volume',
    `${folder}:/data`,
    '--env',
    'HUGGINGFACE_HUB_CACHE=/data',
    await imageReference('tei'),
    '--model-id',
    defaultModel,
    '--port',
    '8080',
  ]);
  try {
    const snapshots = join(folder, repository, 'snapshots');
    const revision = await eventually(
      `the model in ${snapshots}`,
      async () => {
        const [found] = await readdir(snapshots);
        return found !== undefined && existsSync(join(folder, repository, 'refs/main')) && found;
      },
      modelLimitMs,
    );
    const target = join(hfHome, 'hub', repository, 'snapshots', revision);
    await mkdir(target, { recursive: true });
    for (const file of ['tokenizer.json', 'tokenizer_config.json', 'config.json'])
      await cp(join(snapshots, revision, file), join(target, file), { dereference: true });
  } finally {
    await exec('docker', ['rm', '--force', stdout.trim()]);
    await rm(folder, { recursive: true, force: true });
  }
}
