import { describe, expect, test } from 'vitest';

import { containerType, filterByType, findNamed, readEnvironment } from '../../pulumi/declare.ts';
import { declareStack } from '../../pulumi/stack.ts';

const password = 'of the repository';
const on = { backupEvery: '24h', backupTarget: '/mnt/backup/repository', backupPassword: password };

describe('backups by the clock', () => {
  test('exist only when they are switched on', async () => {
    const declared = await declareStack('dev');
    const names = filterByType(declared, containerType).map(({ name }) => name);
    expect(names).toContain('postgres');
    expect(names).not.toContain('backup-schedule');
  });

  test('have the database, the repository and a volume for a dump, and secrets that stay secret', async () => {
    const backup = findNamed(await declareStack('dev', on), 'backup-schedule');
    expect(backup.inputs).toMatchObject({ name: 'pulse-dev_backup', user: '99:100' });
    expect(backup.inputs['mounts']).toEqual([
      { type: 'volume', target: '/backup', source: 'pulse-dev_backup' },
      { type: 'bind', target: '/repository', source: '/mnt/backup/repository' },
    ]);
    expect(readEnvironment(backup)).toMatchObject({
      PGHOST: 'pulse-dev_postgres',
      RESTIC_REPOSITORY: '/repository',
      RESTIC_PASSWORD: password,
      BACKUP_EVERY: '86400',
    });
    expect(backup.secretInputs).toContain('envs');
  });

  test('reach a server with its keys, and mount no folder of the host', async () => {
    const backup = findNamed(
      await declareStack('dev', {
        ...on,
        backupTarget: 's3:https://s3.example.org/pulse',
        backupAccess: 'AWS_ACCESS_KEY_ID=one AWS_SECRET_ACCESS_KEY=two=',
      }),
      'backup-schedule',
    );
    expect(readEnvironment(backup)).toMatchObject({
      RESTIC_REPOSITORY: 's3:https://s3.example.org/pulse',
      AWS_ACCESS_KEY_ID: 'one',
      AWS_SECRET_ACCESS_KEY: 'two=',
    });
    expect(JSON.stringify(backup.inputs['mounts'])).not.toContain('bind');
  });

  test.each([
    [{ backupEvery: '24h' }, /backupEvery is set without pulse:backupTarget/],
    [{ ...on, backupTarget: 'sftp:me@nas:/srv' }, /cannot reach an sftp: target/],
    [{ ...on, backupAccess: 'PATH=/bin' }, /backupAccess/],
  ])('are refused where they could not work: %j', async (settings, problem) => {
    await expect(declareStack('dev', settings)).rejects.toThrow(problem);
  });
});
