import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Ended } from '../../test/deploy/project.ts';
import { requireSuccess } from '../deploy/deployment.ts';
import type { Deployment } from '../deploy/deployment.ts';
import { Stopwatch, updates } from '../deploy/stopwatch.ts';
import type { Report, Row } from '../row.ts';
import type { ComposeProgram } from './program.ts';

/** Compose files of what the stack declares. */
export interface ComposeFiles {
  readonly all: string;
  readonly oneReplicaMore: string;
  /** The same containers as `all`, each worker with other settings. */
  readonly changed: string;
}

interface ComposeRun {
  readonly program: ComposeProgram;
  readonly files: ComposeFiles;
  readonly report: Report;
}

/** Measures the same updates with Compose, which waits for health too; no volume is left. */
export async function measureCompose(
  { project, signal }: Deployment,
  { program, files, report }: ComposeRun,
): Promise<readonly Row[]> {
  const stopwatch = new Stopwatch(report);
  const run = async (text: string, ...args: string[]): Promise<Ended> => {
    const file = join(project.folder, 'compose.yaml');
    await writeFile(file, text, { mode: 0o600 }); // it holds the stack's passwords
    const options = ['--project-name', project.prefix, '--file', file, '--progress', 'plain'];
    return project.run(program.command, [...program.args, ...options, ...args]);
  };
  const compose = async (text: string, ...args: string[]): Promise<void> =>
    requireSuccess(`docker compose ${args[0]}`, await run(text, ...args), signal);
  const up = ['up', '--detach', '--wait', '--remove-orphans'];
  try {
    await stopwatch.time(updates.fromNothing, () => compose(files.all, ...up));
    await stopwatch.time(updates.nothingToDo, () => compose(files.all, ...up));
    await stopwatch.time(updates.oneReplicaMore, () => compose(files.oneReplicaMore, ...up));
    await compose(files.all, ...up);
    await stopwatch.time(updates.allReplaced, () => compose(files.changed, ...up));
    await stopwatch.time(updates.destroy, () => compose(files.changed, 'down'));
    return stopwatch.rows;
  } finally {
    await run(files.oneReplicaMore, 'down', '--volumes', '--remove-orphans');
  }
}
