import { prefixOf } from '../../settings/names.ts';
import { logs as definition } from '../../shared/commands/logs.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { print, stackCommand } from '../command.ts';
import { containersOf, nameOf } from '../containers.ts';
import { readLines } from '../process.ts';

interface Line {
  readonly container: string;
  readonly at: string;
  readonly text: string;
}

export const logs = stackCommand(
  definition,
  async ({ stack, name, json, follow = false, tail }) => {
    const containers = await findContainers(stack, name);
    const format = json ? JSON.stringify : createFormatter(stack, containers);
    const show = (line: Line): void => print(format(line));
    const gathered: Line[] = [];
    // Nobody reads on: without an end of its own the command would wait for lines for ever.
    if (follow) process.stdout.once('error', () => process.exit());
    const onLine = follow ? show : (line: Line) => void gathered.push(line);
    await Promise.all(containers.map((one) => readLog(one, { tail, follow, onLine })));
    gathered.sort(compareTimes).forEach(show);
  },
);

/**
 * Finds the container of that name, or else those whose names begin with it: `webhook` is the front
 * door, and the beginning of every worker's name.
 *
 * @throws CommandError when there is none
 */
async function findContainers(stack: string, name: string | undefined): Promise<string[]> {
  const containers = (await containersOf(stack, name ?? '')).map(nameOf);
  const whole = `${prefixOf(stack)}_${name}`;
  if (containers.includes(whole)) return [whole];
  if (containers.length > 0) return containers;
  if (name === undefined)
    throw new CommandError(
      `stack ${stack} has no containers`,
      `bring it up: ./pulse up --stack ${stack}`,
    );
  throw new CommandError(
    `stack ${stack} has no container ${name}`,
    `./pulse status --stack ${stack} lists them`,
  );
}

/** Lines of one container stay as they are; of several, the container's name goes before each. */
function createFormatter(stack: string, containers: readonly string[]): (line: Line) => string {
  if (containers.length === 1) return ({ text }) => text;
  const prefixLength = prefixOf(stack).length + 1;
  const width = Math.max(...containers.map((one) => one.length)) - prefixLength;
  return ({ container, text }) => `${container.slice(prefixLength).padEnd(width)} | ${text}`;
}

function compareTimes(one: Line, other: Line): number {
  return one.at < other.at ? -1 : Number(one.at > other.at);
}

interface Reading {
  readonly tail: string;
  readonly follow: boolean;
  readonly onLine: (line: Line) => void;
}

/** Reads both streams of a container's log to their end. @throws CommandError */
async function readLog(container: string, { tail, follow, onLine }: Reading): Promise<void> {
  const args = ['logs', '--timestamps', '--tail', tail, ...(follow ? ['--follow'] : []), container];
  const problem = await readLines('docker', args, (line) => {
    const [at = '', ...words] = line.split(' ');
    onLine({ container, at, text: words.join(' ') });
  });
  if (problem !== undefined)
    throw new CommandError(
      `the log of ${container} cannot be read`,
      './pulse status lists the containers; --tail takes a number or all',
    );
}
