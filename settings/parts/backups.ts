/** Backups that the stack makes by itself, and where they go. */
import { kind } from '../kinds/kind.ts';
import type { Kind } from '../kinds/kind.ts';
import { issuedSecret } from '../kinds/secret.ts';
import { absolutePath, choice } from '../kinds/texts.ts';
import { setting } from '../setting.ts';

/** What restic opens besides folders of its host. */
const scheme = /^(s3|sftp|rest|b2|azure|gs|swift):\S+$/;

const repository: Kind<string> = kind('repository of restic', 's3:https://host/bucket', (text) => {
  if (scheme.test(text) && text.length <= 2_000) return { value: text };
  return text.startsWith('/')
    ? absolutePath.parse(text)
    : {
        problem: 'neither an absolute path nor s3:…, sftp:…, rest:…, b2:…, azure:…, gs:…, swift:…',
      };
});

const keyOfServer = /^(AWS|B2|AZURE|GOOGLE|OS|ST)_[A-Z0-9_]+=\S+$/;

/** Variables of restic, as `AWS_ACCESS_KEY_ID=… AWS_SECRET_ACCESS_KEY=…`. */
const access: Kind<Readonly<Record<string, string>>> = kind(
  'NAME=value, with blanks between several',
  'cat backup.access',
  (text) => {
    const pairs = text.trim().split(/\s+/);
    if (text.length > 16_384 || !pairs.every((pair) => keyOfServer.test(pair)))
      return { problem: 'is not AWS_…=value, B2_…, AZURE_…, GOOGLE_…, OS_… or ST_…' };
    const entries = pairs.map((pair): [string, string] => {
      const end = pair.indexOf('=');
      return [pair.slice(0, end), pair.slice(end + 1)];
    });
    return { value: Object.fromEntries(entries) };
  },
  { isSecret: true, emptyIsAbsent: true, range: 'as restic reads them' },
);

/** Of the container that backs up by the clock: restic holds the index of the repository in memory. */
export const backupMemoryMiB = 1024;

export const backups = {
  every: setting({
    key: 'backupEvery',
    kind: choice('off', '24h'),
    default: 'off',
    description:
      'how often a container of the stack backs up the database to `backupTarget`; 7 daily and ' +
      '4 weekly backups are kept there',
    example: '24h',
  }),
  target: setting({
    key: 'backupTarget',
    kind: repository,
    description:
      'where backups go: a repository of restic; a path is a folder of the Docker host that has ' +
      'the repository',
    example: 's3:https://s3.example.org/pulse-backups',
  }),
  password: setting({
    key: 'backupPassword',
    kind: issuedSecret,
    description:
      'password of that repository; `./pulse` makes and shows it once where it is absent. ' +
      'Without it no backup can be opened: keep it elsewhere too',
  }),
  access: setting({
    key: 'backupAccess',
    kind: access,
    description:
      'keys of the server that has the repository, as the variables that restic reads; ' +
      'for example AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
  }),
};
