import { gpuHostAddress, gpuHostSettings, startGpuHost } from '../../test/deploy/gpu-host.ts';
import { Project } from '../../test/deploy/project.ts';
import type { Ended } from '../../test/deploy/project.ts';
import { Interrupted } from '../../toolchain/process.ts';
import type { Report } from '../row.ts';

export const replicas = 8;

/** A project with an external GPU host, whose images are all there; nothing of it runs. */
export interface Deployment extends AsyncDisposable {
  readonly project: Project;
  /** Aborted by Ctrl-C, with `Interrupted`. */
  readonly signal: AbortSignal;
}

/**
 * Opens it with an update that builds the worker's image and is taken back: every measured update
 * finds its images. At the end everything is removed, also after a Ctrl-C.
 */
export async function openDeployment(report: Report): Promise<Deployment> {
  await using opened = new AsyncDisposableStack();
  const interruption = new AbortController();
  const { signal } = interruption;
  const onInterrupt = (): void => {
    report('interrupted: the stack is removed');
    interruption.abort(new Interrupted());
  };
  process.on('SIGINT', onInterrupt);
  opened.defer(() => void process.off('SIGINT', onInterrupt));
  const project = new Project();
  const address = await gpuHostAddress();
  opened.use(await startGpuHost(`${project.prefix}-elsewhere`, address));
  opened.defer(() => project.remove());
  await project.prepare({
    ...gpuHostSettings(address, project.gateway),
    workerReplicas: String(replicas),
  });
  for (const args of [
    ['up', '--yes'],
    ['down', '--yes', '--data'],
  ]) {
    report(`bringing the images: ./pulse ${args[0]}`);
    requireSuccess(`./pulse ${args[0]}`, await project.pulse(...args), signal);
  }
  // The project asks `./pulse env` with its first pulumi: that is no part of an update.
  requireSuccess('pulumi stack', await project.pulumi('stack', 'select'), signal);
  const moved = opened.move();
  return { project, signal, [Symbol.asyncDispose]: () => moved.disposeAsync() };
}

/**
 * @throws Interrupted after a Ctrl-C, however the program ended
 * @throws Error with all that a failed program printed
 */
export function requireSuccess(
  what: string,
  { code, stdout, stderr }: Ended,
  signal: AbortSignal,
): void {
  signal.throwIfAborted();
  if (code !== 0) throw new Error(`${what} ended with ${code}\n${stdout}${stderr}`);
}
