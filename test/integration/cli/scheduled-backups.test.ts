import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, onTestFinished, test } from 'vitest';

import type { Database } from '../../../cli/backup/database.ts';
import { provideImage } from '../../../cli/backup/repository.ts';
import { documents, openBackupPostgres } from '../../harness/backups.ts';
import { eventually } from '../../harness/eventually.ts';
import { removeAtExit } from '../../harness/reaper.ts';
import { canMount } from '../../harness/small-disk.ts';

const execute = promisify(execFile);

/** The container of a stack, as components/backups.ts declares it, each second in place of a day. */
async function startSchedule(database: Database, image: string, repository: string) {
  const name = `pulse-test-schedule-${randomBytes(4).toString('hex')}`;
  const env = {
    HOME: '/tmp',
    PGHOST: '127.0.0.1',
    PGUSER: database.user,
    PGPASSWORD: database.password,
    PGDATABASE: database.name,
    RESTIC_REPOSITORY: '/repository',
    RESTIC_PASSWORD: 'of a repository',
    BACKUP_EVERY: '1',
    BACKUP_HOST: 'test',
    BACKUP_ABOUT: '{"stack":"test"}',
  };
  const flags = [
    '--detach --init --read-only --tmpfs /tmp --user 99:100 --cap-drop ALL'.split(' '),
    ['--name', name, '--network', `container:${database.container}`],
    ['--volume', '/backup', '--volume', `${repository}:/repository`],
    Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
    ['--entrypoint', 'bash', image, '/usr/local/bin/pulse-backup', 'run_schedule'],
  ].flat();
  const { now: remove } = removeAtExit('docker', 'rm', '--force', '--volumes', name);
  await execute('docker', ['run', ...flags]);
  return { name, [Symbol.asyncDispose]: remove };
}

test.skipIf(!canMount)('a backup by the clock is stored, and one that fails is told', async () => {
  await using postgres = await openBackupPostgres();
  const database = await postgres.createDatabase();
  const image = await provideImage(postgres.image, () => undefined);
  const repository = await mkdtemp(join(tmpdir(), 'pulse-repository-'));
  // After the container is gone, which writes there as long as it runs.
  onTestFinished(() => rm(repository, { recursive: true }));
  await chown(repository, 99, 100);
  await using schedule = await startSchedule(database, image, repository);
  const kept = () => postgres.ask(database.name, "SELECT value FROM operator WHERE key = 'backup'");
  const isKept = (value: object, state: string): Promise<void> =>
    eventually(`a backup that is told as ${state}`, async () =>
      expect(await kept()).toMatchObject([{ value }]),
    );

  expect(await kept()).toEqual([]); // an empty stack is left out
  await postgres.ask(database.name, documents(1, 50));
  const done = expect.stringMatching(/^50 documents in [0-9a-f]{8} of the repository$/);
  await isKept({ ok: true, result: done }, 'stored');

  await chmod(join(repository, 'config'), 0);
  await isKept({ ok: false, result: expect.stringMatching(/^BACKUP_TARGET: /) }, 'failed');
  await chmod(join(repository, 'config'), 0o600);
  await isKept({ ok: true, result: done }, 'stored again');

  const list = 'restic snapshots --json --no-cache --no-lock'.split(' ');
  // Of one day the last one is kept. Others go once a later one is stored.
  await eventually('a snapshot a day', async () => {
    const { stdout } = await execute('docker', ['exec', schedule.name, ...list]);
    const days = (JSON.parse(stdout) as { time: string }[]).map(({ time }) => time.slice(0, 10));
    expect(days.length).toBeGreaterThan(0);
    expect(days).toEqual([...new Set(days)]);
  });
});
