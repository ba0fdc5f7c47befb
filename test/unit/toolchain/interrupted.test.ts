import { createWriteStream } from 'node:fs';

import { expect, test } from 'vitest';

import {
  captureResult,
  Interrupted,
  pipeOutput,
  readLines,
  runInteractive,
  succeeds,
} from '../../../toolchain/process.ts';

type Command = [command: string, args: string[]];
type Run = (...command: Command) => Promise<unknown>;

// The signal reaches the program alone: as when this process hears of Ctrl-C after its end.
test.each<[string, Run]>([
  ['is captured', captureResult],
  ['is asked whether it succeeds', succeeds],
  [
    'has its output piped',
    (...command) => pipeOutput(...command, [createWriteStream('/dev/null')]),
  ],
  ['has its lines read', (...command) => readLines(...command, () => undefined)],
  ['has the terminal', runInteractive],
])('Ctrl-C that ends a program which %s interrupts its caller', async (_, run) => {
  await expect(run('/bin/sh', ['-c', 'kill -INT $$'])).rejects.toThrow(Interrupted);
});
