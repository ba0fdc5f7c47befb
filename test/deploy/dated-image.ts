import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);
/** A tar archive of nothing is two blocks of zeros. */
const emptyLayer = Buffer.alloc(1024);

/**
 * Gives the engine an image without files that was made at a time, as `docker load` takes one.
 *
 * @param tag its name, the same for no other image
 * @param made ISO 8601
 */
export async function loadImage(tag: string, made: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pulse-image-'));
  const digest = createHash('sha256').update(emptyLayer).digest('hex');
  const config = {
    architecture: 'amd64',
    os: 'linux',
    created: made,
    config: { Labels: { tag } },
    rootfs: { type: 'layers', diff_ids: [`sha256:${digest}`] },
  };
  const manifest = [{ Config: 'config.json', RepoTags: [tag], Layers: ['layer.tar'] }];
  try {
    await writeFile(join(folder, 'layer.tar'), emptyLayer);
    await writeFile(join(folder, 'config.json'), JSON.stringify(config));
    await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
    const archive = join(folder, 'image.tar');
    const files = ['manifest.json', 'config.json', 'layer.tar'];
    await exec('tar', ['-cf', archive, '-C', folder, ...files]);
    await exec('docker', ['load', '--quiet', '--input', archive]);
  } finally {
    await rm(folder, { recursive: true });
  }
}
