import { prefixOf } from '../../settings/names.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import type { InStack } from '../command.ts';
import { print, stackCommand } from '../command.ts';
import { containersOf, nameOf } from '../containers.ts';
import { readLines } from '../process.ts';

interface Line {
  readonly container: string;
  readonly at: string;
  readonly text: string;
}

export const logs = stackCommand(
  'logs',
  'of one container (the beginning of its name) or of all, in the order of time',
  ['./pulse logs', './pulse logs webhook-worker-1 -f', './pulse logs postgres --tail 500'],
)
  .argument('[name]')
  .option('-f, --follow', 'until Ctrl-C')
  .option('--tail <lines>', 'of each container', '100')
  .action(
    async (
      name: string | undefined,
      { stack, json, follow = false, tail }: InStack & { follow?: boolean; tail: string },
    ) => {
      const names = (await containersOf(stack, name ?? '')).map(nameOf);
      if (names.length === 0 && name === undefined)
        throw new CommandError(
          `stack ${stack} has no containers`,
          `bring it up: ./pulse up --stack ${stack}`,
        );
      if (names.length === 0)
        throw new CommandError(
          `stack ${stack} has no container ${name}`,
          `./pulse status --stack ${stack} lists them`,
        );
      const width = Math.max(...names.map((one) => one.length)) - prefixOf(stack).length - 1;
      const show = ({ container, at, text }: Line): void => {
        if (json) print(JSON.stringify({ container, at, text }));
        else
          print(
            names.length === 1
              ? text
              : `${container.slice(prefixOf(stack).length + 1).padEnd(width)} | ${text}`,
          );
      };
      const gathered: Line[] = [];
      await Promise.all(
        names.map((one) =>
          read(one, tail, follow, follow ? show : (line) => void gathered.push(line)),
        ),
      );
      for (const line of gathered.sort((one, other) =>
        one.at < other.at ? -1 : Number(one.at > other.at),
      ))
        show(line);
    },
  );

/** Both streams of a container's log, to their end. */
async function read(
  container: string,
  tail: string,
  follow: boolean,
  onLine: (line: Line) => void,
): Promise<void> {
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
