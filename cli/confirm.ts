import { createInterface } from 'node:readline/promises';

import { CommandError } from '../toolchain/command-error.ts';

/**
 * Asks on the terminal; anything but yes is no. @throws CommandError where nobody can be asked;
 * `instead` is the command that does not ask
 */
export async function askYesNo(question: string, instead: string): Promise<boolean> {
  return /^y(es)?$/i.test(await askText(`${question} [y/N]`, instead));
}

/** What was typed, without blanks around it. @throws CommandError as `confirmed` */
export async function askText(question: string, instead: string): Promise<string> {
  if (!process.stdin.isTTY)
    throw new CommandError(`${question} Nobody is there to ask.`, `run ${instead}`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} `);
  terminal.close();
  return answer.trim();
}
