import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { copyStores, listMoves } from '../../../cli/move-data/move.ts';
import { stackLabel } from '../../../settings/names.ts';
import { parseSettings } from '../../../settings/parse.ts';
import { eventually } from '../../harness/eventually.ts';
import { removeAtExit } from '../../harness/reaper.ts';
import { reservePort } from '../../harness/reserve-port.ts';
import { imageReference } from '../../harness/server.ts';

const execute = promisify(execFile);
const progress = {
  report: () => undefined,
  note: () => undefined,
  signal: new AbortController().signal,
};

test("Qdrant's volume moves into a folder, and Qdrant answers from there as before", async () => {
  const stack = `move${randomBytes(3).toString('hex')}`;
  const workerBaseImage = await imageReference('node');
  const settings = parseSettings(stack, { gpuHost: 'embedded', workerBaseImage });
  const qdrant = listMoves(settings).find(({ volume }) => volume.endsWith('_qdrant'));
  if (qdrant === undefined) throw new Error('an embedded GPU host has a Qdrant');
  const base = await mkdtemp(join(tmpdir(), 'pulse-appdata-'));
  const container = qdrant.volume;
  const remove = removeAtExit('docker', 'rm', '--force', '--volumes', container);
  try {
    const address = await serve(stack, container, qdrant.volume);
    await put(`${address}/collections/pages`, { vectors: { size: 4, distance: 'Cosine' } });
    const points = [{ id: 7, vector: [1, 0, 0, 0], payload: { url: 'https://example.org/' } }];
    await put(`${address}/collections/pages/points?wait=true`, { points });
    const before = await readPoint(address);
    expect(before).toMatchObject({ result: { id: 7, payload: points[0]?.payload } });

    await copyStores(settings, base, [qdrant], progress);
    const state = ['inspect', '--format', '{{.State.Running}}', container];
    expect((await execute('docker', state)).stdout.trim()).toBe('false');
    await execute('docker', ['rm', container]);
    const moved = await serve(stack, container, join(base, qdrant.folder));
    expect(await readPoint(moved)).toEqual(before);

    await expect(copyStores(settings, base, [qdrant], progress)).rejects.toThrow('not empty');
    await eventually('a Qdrant that was started again', () => readPoint(moved));
  } finally {
    await remove.now();
    await execute('docker', ['volume', 'rm', qdrant.volume]);
    await rm(base, { recursive: true });
  }
});

/** @returns the address of a Qdrant that has its data on this volume, or in this folder */
async function serve(stack: string, container: string, source: string): Promise<string> {
  const authority = `127.0.0.1:${await reservePort()}`;
  await execute('docker', [
    'run',
    '--detach',
    '--name',
    container,
    '--label',
    `${stackLabel}=${stack}`,
    '--publish',
    `${authority}:6333`,
    '--volume',
    `${source}:/qdrant/storage`,
    await imageReference('qdrant'),
  ]);
  const address = `http://${authority}`;
  await eventually('a Qdrant that answers', () => fetch(`${address}/readyz`));
  return address;
}

async function put(url: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'PUT', headers, body: JSON.stringify(body) });
  expect(answer.status, await answer.text()).toBe(200);
}

/** The answer also says how long it took, which is another each time. */
async function readPoint(address: string): Promise<{ readonly result: unknown }> {
  const answer = await fetch(`${address}/collections/pages/points/7`);
  const { result } = (await answer.json()) as { result: unknown };
  return { result };
}
