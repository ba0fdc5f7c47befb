import { CommandError } from '../../toolchain/command-error.ts';
import type { InteractiveOptions } from '../../toolchain/process.ts';
import { captureJson, runInteractive } from '../process.ts';
import { formatElapsed } from '../progress/plain.ts';
import type { Progress } from '../progress/steps.ts';
import { findBrokenContainers } from './drift.ts';
import { reportFailedContainers } from './failure.ts';
import { noteNewSalt } from './salt.ts';

/** Pulumi says nothing while an image is built or a container becomes healthy. */
const silenceMs = 10_000;

/**
 * `pulumi up`, with a refresh: only the engine knows that a container was removed or stopped. A
 * container that the refresh takes for a good one and that is not, is replaced by its name.
 *
 * @throws CommandError when it fails, after the containers that failed were named
 */
export async function runPulumiUp(
  stack: string,
  stdout: NonNullable<InteractiveOptions['stdout']>,
  progress: Progress,
): Promise<void> {
  const broken = await findBrokenContainers(stack, progress);
  const flags = ['--yes', '--skip-preview', '--refresh', '--suppress-outputs', '--stack', stack];
  const replace = broken.flatMap((urn) => ['--replace', urn]);
  const code = await noteNewSalt(stack, progress, () =>
    process[stdout].isTTY
      ? runInteractive('pulumi', ['up', ...flags, ...replace], { stdout })
      : runWithoutTerminal(['up', '--suppress-progress', ...flags, ...replace], stdout, progress),
  );
  if (code === 0) return;
  await reportFailedContainers(stack, progress);
  throw new CommandError(
    'pulumi up failed',
    `its words stand above, and the last log lines of what is not well; repair the cause and ` +
      `run ./pulse up --stack ${stack} again`,
  );
}

/** Pulumi's lines, the repeated ones left out, and a sign of life when it is silent. */
async function runWithoutTerminal(
  args: readonly string[],
  stdout: NonNullable<InteractiveOptions['stdout']>,
  { report }: Progress,
): Promise<number> {
  const startedMs = Date.now();
  let lastLineMs = startedMs;
  const atWork = new Set<string>();
  const keepLine = (line: string): boolean => {
    if (isRepeatedLog(line)) return false;
    lastLineMs = Date.now();
    noteWork(line, atWork);
    return true;
  };
  const signsOfLife = setInterval(() => {
    if (Date.now() - lastLineMs < silenceMs) return;
    lastLineMs = Date.now();
    report(['pulumi up', formatElapsed(lastLineMs - startedMs), ...atWork].join(', '));
  }, 1_000);
  try {
    return await runInteractive('pulumi', args, { stdout, keepLine });
  } finally {
    clearInterval(signsOfLife);
  }
}

/**
 * Follows which resources Pulumi works on, by its lines without a terminal.
 *
 * @param line as ` +  docker:index:Container worker-1 creating (0s)`
 * @param atWork names of the resources, kept up to date
 */
export function noteWork(line: string, atWork: Set<string>): void {
  const [, type, name, state] = /^\s\S+\s+(\S+) (\S+) (\S+) /.exec(line) ?? [];
  // A component is done when its parts are: it says nothing about what takes long.
  if (type === undefined || name === undefined || /^(pulse|pulumi):/.test(type)) return;
  if (state?.endsWith('ing')) atWork.add(name);
  else atWork.delete(name);
}

/** Of the verification's commands, while they run; the first such line has no text yet. */
const logOfVerification =
  /\bcommand:local:Command verification-\w+ (creating|updating)( replacement)? (?<rest>.*)$/;

/**
 * Whether Pulumi prints this line again under `Diagnostics`: the table of the verification, each
 * line of it after the state of its resource.
 */
export function isRepeatedLog(line: string): boolean {
  const rest = logOfVerification.exec(line)?.groups?.['rest'];
  return rest !== undefined && !/^\(0s\) *(\[diff: [^\]]*\])? *$/.test(rest);
}

/** How many resources the last update changed, from the stack's own history. */
export async function countChanges(stack: string): Promise<number> {
  const [last] = await captureJson<{ resourceChanges?: Record<string, number> }[]>('pulumi', [
    'stack',
    'history',
    '--json',
    '--page-size',
    '1',
    '--stack',
    stack,
  ]);
  return Object.entries(last?.resourceChanges ?? {})
    .filter(([kind]) => kind !== 'same')
    .reduce((sum, [, count]) => sum + count, 0);
}
