import { gpuHostAddress, gpuHostSettings, startGpuHost } from '../test/deploy/gpu-host.ts';
import { Project } from '../test/deploy/project.ts';
import type { Bench, Row } from './row.ts';

const update = ['up', '--yes', '--skip-preview'];
const preview = ['preview', '--expect-no-changes'];

/** Measures plain Pulumi with a stack of its own, an external GPU host and the verification. */
export const deployBench: Bench = async (report) => {
  const project = new Project();
  const address = await gpuHostAddress();
  await using _gpuHost = await startGpuHost(`${project.prefix}-elsewhere`, address);
  await project.prepare({ ...gpuHostSettings(address, project.gateway), workerReplicas: '8' });
  const rows: Row[] = [];
  const time = async (
    measured: string,
    limitSeconds: number,
    args: readonly string[],
  ): Promise<void> => {
    const began = performance.now();
    const { code, stdout, stderr } = await project.pulumi(...args);
    if (code !== 0)
      throw new Error(`${measured}: pulumi ${args[0]} ended with ${code}\n${stdout}${stderr}`);
    const is = `${((performance.now() - began) / 1000).toFixed(1)} s`;
    rows.push({ measured, is, wanted: `${limitSeconds} s or less` });
    report(`${measured}: ${is}`);
  };
  try {
    await bringImages(project, report);
    await time('from nothing to Postgres, Redis and 8 healthy replicas', 30, update);
    await time('preview without changes, right after', 4, preview);
    await time('preview without changes', 3, preview);
    project.configure({ workerReplicas: '9' });
    await time('scale by one replica', 8, update);
    project.configure({ workerReplicas: '8' });
    await project.pulumi(...update);
    project.configure({ logLevel: 'DEBUG' });
    await time('replace all 8 in two waves', 20, update);
    return rows;
  } finally {
    await project.remove();
  }
};

/**
 * Runs an update that builds the worker's image, and destroys its stack: the measured update finds
 * every image.
 */
async function bringImages(project: Project, report: (line: string) => void): Promise<void> {
  for (const args of [
    ['up', '--yes'],
    ['down', '--yes', '--data'],
  ]) {
    report(`bringing the images: ./pulse ${args[0]}`);
    const { code, stdout, stderr } = await project.pulse(...args);
    if (code !== 0) throw new Error(stdout + stderr);
  }
}
