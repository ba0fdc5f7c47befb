/** Where backups go. */
import { kind } from '../kinds/kind.ts';
import type { Kind } from '../kinds/kind.ts';
import { issuedSecret } from '../kinds/secret.ts';
import { absolutePath } from '../kinds/texts.ts';
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

export const backups = {
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
};
