import { comparePairs } from '../comparison.ts';
import type { Comparison, Pair, Sides } from '../comparison.ts';
import { openDeployment, requireSuccess } from '../deploy/deployment.ts';
import type { Deployment } from '../deploy/deployment.ts';
import { measurePulumi } from '../deploy/pulumi.ts';
import type { Report, Row } from '../row.ts';
import { readDeclared } from './declared.ts';
import { formatComposeFile } from './file.ts';
import { findCompose } from './program.ts';
import { measureCompose } from './updates.ts';
import type { ComposeFiles } from './updates.ts';

/**
 * Measures the updates of one stack with Pulumi and with Docker Compose in turn, on the same engine
 * with the same names.
 */
export async function compareWithCompose(
  pairs: number,
  report: Report,
): Promise<{ comparison: Comparison; sides: Sides }> {
  const program = await findCompose(report);
  await using deployment = await openDeployment(report);
  const measured: Pair[] = [];
  let files: ComposeFiles | undefined;
  for (let pair = 1; pair <= pairs; pair += 1) {
    const line = (tool: string) => (text: string) =>
      report(`pair ${pair} of ${pairs}, ${tool}: ${text}`);
    const compose = (known: ComposeFiles) =>
      measureCompose(deployment, { program, files: known, report: line('compose') });
    // What the stack declares is read from its state: the first pair begins with Pulumi.
    const early = files !== undefined && pair % 2 === 0 ? await compose(files) : undefined;
    const own = await measureOwn(deployment, line('pulse'));
    files = own.files;
    measured.push({ own: own.rows, other: early ?? (await compose(files)) });
  }
  const sides: Sides = { own: 'pulse', other: `compose ${program.version}` };
  return { comparison: comparePairs(measured), sides };
}

async function measureOwn(
  deployment: Deployment,
  report: Report,
): Promise<{ rows: readonly Row[]; files: ComposeFiles }> {
  const { project, signal } = deployment;
  const written: string[] = [];
  const rows = await measurePulumi(deployment, {
    report,
    onChanged: async () => {
      const exported = await project.pulumi('stack', 'export', '--show-secrets');
      requireSuccess('pulumi stack export', exported, signal);
      written.push(formatComposeFile(readDeclared(exported.stdout)));
    },
  });
  const [all = '', oneReplicaMore = '', changed = ''] = written;
  // The volumes outlive `destroy`: the next update from nothing has to make them.
  requireSuccess('./pulse down', await project.pulse('down', '--yes', '--data'), signal);
  return { rows, files: { all, oneReplicaMore, changed } };
}
