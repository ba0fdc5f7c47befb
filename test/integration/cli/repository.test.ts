import { mkdir, mkdtemp, open, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';

import { checkBackup } from '../../../cli/backup/check.ts';
import type { CompleteBackup } from '../../../cli/backup/folder.ts';
import {
  checkRepository,
  fetchBackup,
  listSnapshots,
  openRepository,
  provideImage,
  storeBackup,
} from '../../../cli/backup/repository.ts';
import type { OpenedRepository } from '../../../cli/backup/repository.ts';
import { readTarget } from '../../../cli/backup/target.ts';
import { startS3, startSftp } from '../../harness/backup-servers.ts';
import { documents, never, openBackupPostgres, take } from '../../harness/backups.ts';
import { hasDebianPrograms } from '../../harness/debian-program.ts';
import { imageReference } from '../../harness/server.ts';

let made: CompleteBackup;
let image: string;
let folder: string;
let opened: OpenedRepository;

beforeAll(async () => {
  await using postgres = await openBackupPostgres();
  const database = await postgres.createDatabase();
  await postgres.ask(database.name, documents(1, 100));
  const target = await mkdtemp(join(tmpdir(), 'pulse-backups-'));
  made = await take(database, target);
  image = await provideImage(await imageReference('postgres'), () => undefined);
  return () => rm(target, { recursive: true });
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pulse-repository-'));
  await mkdir(join(folder, 'repository'));
  opened = await openIn(`restic:${join(folder, 'repository')}`);
  return () => rm(folder, { recursive: true });
});

async function openIn(text: string, password = 'of a repository'): Promise<OpenedRepository> {
  const target = await readTarget('test', text);
  if (target.kind !== 'repository') throw new Error(`${text} is a folder`);
  return { target, image, password, access: {} };
}

afterEach(() => vi.unstubAllEnvs());

const servers = {
  s3: startS3,
  ...(hasDebianPrograms && { sftp: startSftp }),
};

describe('a backup comes back as it was stored', () => {
  test('from a repository in a folder', storeAndFetch);

  test.each(Object.entries(servers))('from a repository on an %s server', async (_, start) => {
    await using server = await start();
    if (server.home !== undefined) vi.stubEnv('HOME', server.home);
    opened = { ...(await openIn(server.target)), access: server.access };
    await storeAndFetch();
    await checkRepository(opened, never);
  });

  async function storeAndFetch(): Promise<void> {
    expect(await openRepository(opened)).toBe(true);
    const id = await storeBackup(opened, made, never);
    const [found] = await listSnapshots(opened);
    expect(found).toMatchObject({ hostname: 'test' });
    expect(found?.tags).toContain('documents=100');
    expect(id.startsWith(found?.id.slice(0, 8) ?? '-')).toBe(true);

    const fetched = await fetchBackup(opened, 'latest', folder, never);
    expect(fetched.manifest).toEqual(made.manifest);
    await checkBackup(fetched, await imageReference('postgres'), never);
  }
});

test('another password opens nothing, and flipped bytes are found by a check', async () => {
  await openRepository(opened);
  const wrong = { ...opened, password: 'another one' };
  await expect(openRepository(wrong)).rejects.toMatchObject({ code: 'BACKUP_PASSWORD' });

  await storeBackup(opened, made, never);
  await checkRepository(opened, never);
  const data = join(folder, 'repository/data');
  const names = (await readdir(data, { recursive: true })).filter((name) => name.length > 60);
  for (const name of names) {
    await using file = await open(join(data, name), 'r+');
    await file.write(Buffer.from('flipped'), 0, 7, 10);
  }
  await expect(checkRepository(opened, never)).rejects.toMatchObject({ code: 'BACKUP_DAMAGED' });
});

test('a repository that is away is told', async () => {
  const away = await openIn('rest:http://127.0.0.1:1/');
  await expect(openRepository(away)).rejects.toMatchObject({ code: 'BACKUP_TARGET' });
  await rm(join(folder, 'repository'), { recursive: true });
  await expect(storeBackup(opened, made, never)).rejects.toMatchObject({ code: 'BACKUP_TARGET' });
});
