import { neverTakenBack } from '../../settings/releases.ts';
import type { Release } from '../../settings/releases.ts';
import {
  releases as releasesDefinition,
  rollback as rollbackDefinition,
} from '../../shared/commands/releases.ts';
import { formatTable } from '../../shared/table.ts';
import { end, print, say, stackCommand } from '../command.ts';
import { askYesNo } from '../confirm.ts';
import { deployAndReport } from '../deployment/report.ts';
import { refuseOtherEngine } from '../engine-of-stack.ts';
import { captureOutput } from '../process.ts';
import { chooseRelease, describeSettings, refuseUnusable } from '../releases/choose.ts';
import { hasImage, readReleases } from '../releases/read.ts';
import { stateOf } from '../state.ts';

export const releases = stackCommand(releasesDefinition, async ({ stack, json }) => {
  const found = await readReleases(stack);
  const listed = await Promise.all(
    found.releases.map(async (one) => ({ ...one, isOnHost: await hasImage(one.image) })),
  );
  if (json) return print(JSON.stringify({ stack, releases: listed }));
  if (listed.length === 0)
    return say(`Stack ${stack} has no releases yet: one is kept after each verified update.`);
  const rows = listed.map(({ verifiedAt, image, commit, schema, settings, isOnHost }, index) => ({
    n: index + 1,
    verified: verifiedAt,
    image: image.split(':').at(-1),
    commit,
    schema: schema?.replace('.sql', ''),
    settings: Object.keys(settings).length,
    onHost: isOnHost,
  }));
  print(formatTable(rows));
});

export const rollback = stackCommand(rollbackDefinition, async ({ n, stack, yes, json }) => {
  await refuseOtherEngine((await stateOf(stack)) ?? []);
  const found = await readReleases(stack);
  const release = chooseRelease(found.releases, found.present, n);
  refuseUnusable(release, await hasImage(release.image));
  const { lines, removed } = describeSettings(found.present.settings, release.settings);
  say(describeRollback(stack, release, lines));
  const instead = `./pulse rollback ${n ?? ''} --stack ${stack} --yes`.replace('  ', ' ');
  if (!yes && !(await askYesNo('Go back to it?', instead))) return end(1);
  await configure(stack, release, removed);
  await deployAndReport(stack, { yes: true, json: json === true });
});

function describeRollback(
  stack: string,
  { image, commit, verifiedAt }: Release,
  changes: readonly string[],
): string {
  return [
    `Stack ${stack} goes back to the release that was verified at ${verifiedAt}:`,
    `  image ${image}${commit === null ? '' : `, of commit ${commit}`}`,
    ...(changes.length === 0 ? ['  no setting differs'] : changes.map((line) => `  ${line}`)),
    'What stays as it is: documents and whatever else is stored, the schema of the database,',
    'secrets and certificates, the program that deploys, and the settings',
    `${neverTakenBack.join(', ')}.`,
    `It is kept until: pulumi config rm pulse:workerImage --stack ${stack}`,
  ].join('\n');
}

async function configure(
  stack: string,
  { image, settings }: Release,
  removed: readonly string[],
): Promise<void> {
  const texts = Object.entries({ ...settings, workerImage: image });
  const set = texts.flatMap(([key, text]) => ['--plaintext', `pulse:${key}=${text}`]);
  await captureOutput('pulumi', ['config', 'set-all', '--stack', stack, ...set]);
  if (removed.length === 0) return;
  const keys = removed.map((key) => `pulse:${key}`);
  await captureOutput('pulumi', ['config', 'rm-all', '--stack', stack, ...keys]);
}
