import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';

import type { Report } from '../../healthchecks/verify.ts';
import { gpuHostAddress, gpuHostSettings, startGpuHost } from './gpu-host.ts';
import type { GpuHost } from './gpu-host.ts';
import { Project } from './project.ts';

const project = new Project();
const address = await gpuHostAddress();
let gpuHost: GpuHost | undefined;

beforeAll(() => project.prepare(gpuHostSettings(address, project.gateway)));
afterAll(() => project.remove(gpuHost));

/** The stack's first deployment, made under `warn` while the GPU host is away. */
async function beginWithoutGpuHost(): Promise<void> {
  if (gpuHost !== undefined) {
    expect(await project.pulse('down', '--data', '--yes')).toMatchObject({ code: 0 });
    await gpuHost[Symbol.asyncDispose]();
    gpuHost = undefined;
  }
  await project.beginWith({ verification: 'warn' });
}

/** A GPU host that answers, and has been noticed by the workers that are there. */
async function bringGpuHost(): Promise<GpuHost> {
  if (gpuHost !== undefined) return gpuHost;
  gpuHost = await startGpuHost(`${project.prefix}-elsewhere`, address);
  if (Object.keys(await project.ids()).length > 0) await project.ready();
  return gpuHost;
}

/** What the stack's outputs say of its last verification. */
async function report(): Promise<Report & { failed: Record<string, string | null> }> {
  const { verification, verifiedAt } = JSON.parse(
    (await project.pulumi('stack', 'output', '--json')).stdout,
  ) as { verification: Report; verifiedAt: string };
  expect(verification.verifiedAt).toBe(verifiedAt);
  return {
    ...verification,
    failed: Object.fromEntries(
      verification.checks.filter(({ ok }) => !ok).map(({ name, code }) => [name, code]),
    ),
  };
}

test('a verification that only warns lets even a first deployment pass without the GPU host', async () => {
  await beginWithoutGpuHost();
  expect(await report()).toMatchObject({
    ok: false,
    failed: { tei: 'TEI_REFUSED', qdrant: 'QDRANT_REFUSED', ollama: 'OLLAMA_REFUSED' },
  });
  await project.settled();
});

test('a strict verification passes when every external service works, and records when it passed', async () => {
  await beginWithoutGpuHost();
  const { verifiedAt } = await report();
  await bringGpuHost();
  project.configure({ verification: 'strict' });
  await project.plainUp();
  const now = await report();
  expect(now).toMatchObject({ ok: true, failed: {} });
  expect(now.checks.find(({ name }) => name === 'canary')?.hops?.map(({ name }) => name)).toEqual([
    'submit',
    'keyword index',
    'keyword search',
    'vectors',
    'semantic search',
    'remove',
  ]);
  expect(Date.parse(now.verifiedAt)).toBeGreaterThan(Date.parse(verifiedAt));
});

test('a strict verification fails an update, names the fault, and passes once it is repaired', async () => {
  const { tei } = await bringGpuHost();
  await project.beginWith({ verification: 'strict', logLevel: undefined });
  tei.fail('wrong-dimension');
  onTestFinished(() => tei.fail());
  project.configure({ logLevel: 'DEBUG' });
  const failed = await project.pulumi('up', '--yes', '--skip-preview');
  expect(failed.code).not.toBe(0);
  expect(failed.stdout + failed.stderr).toMatch(
    /tei FAILED: the embedding has 33 numbers, configured are 32\s+code\s+TEI_DIMENSION/,
  );
  tei.fail();
  await project.plainUp();
  expect(await report()).toMatchObject({ ok: true });
  await project.settled();
});
