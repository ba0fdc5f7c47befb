import { createInterface } from 'node:readline/promises';

import { CommandError } from '../toolchain/command-error.ts';

/**
 * Asks a question on the terminal.
 *
 * @param instead the command that does not ask
 * @returns whether the answer is yes
 * @throws CommandError without a terminal
 */
export async function askYesNo(question: string, instead: string): Promise<boolean> {
  return /^y(es)?$/i.test(await askText(`${question} [y/N]`, instead));
}

/**
 * Asks for a text on the terminal.
 *
 * @param instead the command that does not ask
 * @returns what was typed, without blanks around it
 * @throws CommandError without a terminal
 */
export async function askText(question: string, instead: string): Promise<string> {
  if (!process.stdin.isTTY)
    throw new CommandError(`${question} There is no terminal to ask on.`, `run ${instead}`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} `);
  terminal.close();
  return answer.trim();
}
