import type { Import } from './import.ts';

/** A call of pulumi that writes a part of a stack's configuration. */
export interface WriteCommand {
  /** What it writes, for a message. */
  readonly what: string;
  readonly args: readonly string[];
  /** Of a secret: an argument stands in the host's process list. */
  readonly input?: string;
}

/** The calls of pulumi that write what an import comes to; secrets are encrypted. */
export function writeCommands(
  stack: string,
  { plain, secrets, previous }: Pick<Import, 'plain' | 'secrets' | 'previous'>,
): WriteCommand[] {
  const pairs = Object.entries(plain).flatMap(([key, value]) => [
    '--plaintext',
    `pulse:${key}=${value}`,
  ]);
  return [
    ...(pairs.length === 0
      ? []
      : [{ what: 'settings', args: ['config', 'set-all', '--stack', stack, ...pairs] }]),
    ...Object.entries({ ...secrets, ...previous }).map(([key, input]) => ({
      what: `pulse:${key}`,
      args: ['config', 'set', '--secret', `pulse:${key}`, '--stack', stack],
      input,
    })),
  ];
}
