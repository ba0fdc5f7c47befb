import { prefixOf } from '../../settings/names.ts';
import { say } from '../command.ts';
import { containersOf, nameOf } from '../containers.ts';
import { deploy } from '../deployment/deploy.ts';
import { waitUntilHealthy } from '../deployment/health.ts';
import { readStackSettings } from '../deployment/settings.ts';
import { verifyInWorker } from '../deployment/verification.ts';
import { runInWorker } from '../in-worker.ts';
import { captureOutput } from '../process.ts';
import { runStep } from '../progress/steps.ts';
import type { Step, StepResult } from '../progress/steps.ts';
import { findDatabase } from './database.ts';
import type { CompleteBackup } from './folder.ts';
import { refuseUnfit, restoreDatabase } from './restore.ts';

const keywordTries = 3;

/** How a restore ended. */
export interface Restored {
  readonly ok: boolean;
  readonly documents: number;
  /** Documents whose vectors were queued to be made anew. */
  readonly vectorsQueued: number;
}

/** What an audit with `--repair` answers; the parts that are read here. */
interface Repaired {
  readonly documents: number;
  readonly mended: { readonly reembedded: number };
}

/**
 * Restores a backup into a stack: the database, then what is made from it, then the proof that both
 * agree and that a document goes through.
 *
 * @param steps filled as they end
 * @throws BackupError before anything of the stack was touched, or when its database stays as it is
 */
export async function restoreStack(
  stack: string,
  backup: CompleteBackup,
  steps: StepResult[],
): Promise<Restored> {
  const run = (name: string, title: string, work: Step['work'], ownsTerminal = false) =>
    runStep({ name, title, work, ownsTerminal }, steps);

  if ((await containersOf(stack)).length === 0)
    await deploy(stack, { yes: false, childOutput: 'stderr', steps, sample: false });
  const database = await findDatabase(stack);
  await run('backup', `Comparing ${backup.folder} with its manifest`, () =>
    refuseUnfit(backup, database),
  );

  const containers = (await containersOf(stack)).map(nameOf);
  const writers = containers.filter((name) =>
    ['webhook-api-', 'webhook-worker-'].some((part) =>
      name.startsWith(`${prefixOf(stack)}_${part}`),
    ),
  );
  try {
    await run('database', 'Restoring the database', async ({ report, signal }) => {
      report('stopping workers and API');
      await captureOutput('docker', ['stop', ...writers]);
      report('reading the dump');
      await restoreDatabase(backup, database, signal);
    });
  } finally {
    await captureOutput('docker', ['start', ...writers]);
  }
  await run('health', 'Waiting until every container is healthy', (progress) =>
    waitUntilHealthy(stack, containers, progress),
  );

  const inWorker = async (...args: string[]): Promise<boolean> =>
    (await runInWorker(stack, args, { stdout: 'stderr' })) === 0;
  await run(
    'keywords',
    'Writing the keyword index',
    async () => {
      // It goes on where it was: a busy Postgres does not cost the restore.
      for (let tries = 1; tries <= keywordTries; tries += 1)
        if (await inWorker('keywords', 'rebuild')) return true;
      return false;
    },
    true,
  );
  let repaired: Repaired | undefined;
  await run('vectors', 'Queueing the vectors that are missing', async ({ note }) => {
    const lines: string[] = [];
    const keepLine = (line: string): boolean => {
      lines.push(line);
      return false;
    };
    // What is missing is a finding, so its exit code is 1.
    await runInWorker(stack, ['audit', '--repair', '--json'], { keepLine });
    repaired = JSON.parse(lines.join('\n')) as Repaired;
    note(`${repaired.mended.reembedded} documents wait for vectors (./pulse queue counts)`);
  });
  await run('audit', 'Comparing all stores', () => inWorker('audit'), true);
  const settings = await readStackSettings(stack);
  await run(
    'verification',
    'Verifying every connection, and a document through the pipeline',
    async () => (await verifyInWorker(settings, 'stderr')).ok,
    true,
  );

  const ok = steps.every((step) => step.ok);
  const documents = backup.manifest.tables['documents']?.rows ?? 0;
  say(`\n${documents} documents of ${backup.manifest.takenAt} are in stack ${stack}.`);
  return { ok, documents, vectorsQueued: repaired?.mended.reembedded ?? 0 };
}
