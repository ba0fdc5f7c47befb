import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';

import { stackLabel } from '../../settings/names.ts';
import { reportContainers } from '../harness/container-report.ts';
import type { Docker } from '../harness/container-report.ts';
import type { Files } from '../harness/failure-report.ts';

const kept = 20;

/** What the last commands of a stack print; one that hangs is among them. */
export class CommandOutputs {
  readonly #last: { text: string }[] = [];

  follow(command: readonly string[], child: ChildProcessByStdio<null, Readable, Readable>): void {
    const one = { text: `$ ${command.join(' ')}\n` };
    const add = (text: string): void => void (one.text += text);
    child.stdout.setEncoding('utf8').on('data', add);
    child.stderr.setEncoding('utf8').on('data', add);
    child.once('close', (code, signal) => add(`(ended: ${code ?? signal})\n`));
    this.#last.push(one);
    if (this.#last.length > kept) this.#last.shift();
  }

  get text(): string {
    return this.#last.map(({ text }) => text).join('\n');
  }
}

/** Every container of a stack, and what its last commands printed. */
export async function reportStack(docker: Docker, stack: string, commands: string): Promise<Files> {
  const ofStack = ['ps', '--all', '--filter', `label=${stackLabel}=${stack}`];
  const [{ stdout: table }, { stdout: names }] = await Promise.all([
    docker(...ofStack),
    docker(...ofStack, '--format', '{{.Names}}'),
  ]);
  const containers = names.split('\n').filter((name) => name !== '');
  return reportContainers(docker, containers, {
    [`${stack}-containers.txt`]: table,
    [`${stack}-commands.txt`]: commands,
  });
}
