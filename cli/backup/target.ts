import { hideCredentials } from '../../shared/redaction.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { readConfiguration } from '../deployment/settings.ts';
import { openTarget } from './folder.ts';

/** Where backups are kept: as they are in a folder, or in a repository of restic. */
export type Target =
  | { readonly kind: 'folder'; readonly folder: string }
  | {
      readonly kind: 'repository';
      /** As restic takes it. */
      readonly repository: string;
      /** Of this host, where the repository is in one. */
      readonly folder: string | undefined;
      /** For people, without a password in it. */
      readonly shown: string;
    };

export type Repository = Extract<Target, { kind: 'repository' }>;

const remote = /^(s3|sftp|rest|b2|azure|gs|swift):/;
const inFolder = 'restic:';
/** Where a container sees the folder of a repository. */
export const mountedRepository = '/repository';

/**
 * Reads what names a target: a folder, `restic:` and a folder, or what restic itself takes. Without
 * one it is `pulse:backupTarget`.
 *
 * @throws BackupError when a folder does not exist
 */
export async function readTarget(stack: string, text: string | undefined): Promise<Target> {
  if (text === undefined) return readTarget(stack, await configuredTarget(stack));
  if (remote.test(text))
    return {
      kind: 'repository',
      repository: text,
      folder: undefined,
      shown: text.replace(/^(\w+:)(.*)$/s, (_, scheme, rest) => scheme + hideCredentials(rest)),
    };
  if (!text.startsWith(inFolder)) return { kind: 'folder', folder: await openTarget(text) };
  const folder = await openTarget(text.slice(inFolder.length));
  return {
    kind: 'repository',
    repository: mountedRepository,
    folder,
    shown: `${inFolder}${folder}`,
  };
}

/** A path in the settings is the folder of a repository. */
async function configuredTarget(stack: string): Promise<string> {
  const { backupTarget } = await readConfiguration(stack);
  if (backupTarget === undefined || backupTarget === '')
    throw new CommandError(
      'there is no target',
      `name one: ./pulse backup /mnt/backup, or pulumi config set pulse:backupTarget --stack ${stack}`,
    );
  return backupTarget.startsWith('/') ? `${inFolder}${backupTarget}` : backupTarget;
}
