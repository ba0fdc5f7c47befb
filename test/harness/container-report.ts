import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { collectSecrets, redact } from '../../shared/redaction.ts';
import type { Files } from './failure-report.ts';

export type Docker = (
  ...args: readonly string[]
) => Promise<{ readonly stdout: string; readonly stderr: string }>;

const execute = promisify(execFile);

/** The machine's own engine; its answers may hold long logs. */
export const machineDocker: Docker = (...args) =>
  execute('docker', args, { maxBuffer: 64 * 1024 * 1024 });

interface Inspected {
  readonly Config: { readonly Env: readonly string[] | null };
}

/**
 * What the engine knows of containers and what they have written, with the secrets of their
 * environments taken out of all of it.
 *
 * @param more texts that are written as well, and may hold the same secrets
 */
export async function reportContainers(
  docker: Docker,
  names: readonly string[],
  more: Files = {},
): Promise<Files> {
  const each = await Promise.all(
    names.map(async (name) => {
      const [inspected, logs] = await Promise.all([
        docker('inspect', '--type', 'container', name),
        docker('logs', '--timestamps', '--tail', '2000', name),
      ]);
      return { name, inspect: inspected.stdout, log: logs.stdout + logs.stderr };
    }),
  );
  const secrets = each.flatMap(({ inspect }) => secretsIn(inspect));
  const files = each.flatMap(({ name, inspect, log }) => [
    [`${name}.inspect.json`, inspect],
    [`${name}.log`, log],
  ]);
  return Object.fromEntries(
    [...files, ...Object.entries(more)].map(([name, text]) => [name, redact(secrets, text ?? '')]),
  );
}

function secretsIn(inspected: string): readonly string[] {
  const lines = (JSON.parse(inspected || '[]') as Inspected[]).flatMap(
    ({ Config: { Env } }) => Env ?? [],
  );
  const variables = lines.map((line) => {
    const end = line.indexOf('=');
    return [line.slice(0, end), line.slice(end + 1)];
  });
  return collectSecrets(Object.fromEntries(variables));
}
