import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { askWorker } from '../../../../cli/status/from-worker.ts';

/** Puts a docker before the real one that runs this in place of a program in a worker. */
function stubDocker(script: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'pulse-docker-'));
  writeFileSync(join(folder, 'docker'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  vi.stubEnv('PATH', [folder, process.env['PATH']].join(delimiter));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
}

const answer = {
  verification: { value: { checks: [{ name: 'redis' }, { name: 'tei', ok: true }] } },
  queues: { problem: 'REDIS_REFUSED: refused' },
  tasks: { value: [{ task: 'retention' }] },
  keywords: { value: { isBuilding: true, documents: 1, older: { documents: 9, bytes: 1 } } },
  chunks: { problem: 'POSTGRES_REFUSED: refused' },
};

describe('a worker that is asked for the status', () => {
  test('is believed what it says, and what it cannot say is named; also if it then hangs', async () => {
    stubDocker(`echo '${JSON.stringify(answer)}'; exit 124`);
    expect(await askWorker('worker-1')).toMatchObject({
      gpuHost: [{ service: 'tei', ok: true }],
      queues: [],
      tasks: [{ task: 'retention' }],
      keywordFiles: [{ keywordIndex: 'building', documentsOfOldFile: 9, oldFileMiB: 1 }],
      chunks: null,
      unknown: ['queues: REDIS_REFUSED: refused'],
    });
  });

  test.each([
    ['echo "error: unknown command \'status\'" >&2; exit 2', 'is of an earlier version'],
    ['echo no such container >&2; exit 1', 'no such container'],
  ])('and does not know it, or is gone, is the reason', async (script, reason) => {
    stubDocker(script);
    const { unknown, ...rows } = await askWorker('worker-1');
    expect(unknown).toEqual([expect.stringContaining(reason)]);
    expect(rows).toEqual({ gpuHost: [], queues: [], tasks: [], keywordFiles: [], chunks: null });
  });
});
