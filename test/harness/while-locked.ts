import { eventually } from './eventually.ts';

/** What git and apt-get say then. */
const saysLocked = /\block\b|shallow file has changed/;

/**
 * Runs a program that takes a lock, again as long as another one has it: files of tests run side by
 * side.
 *
 * @throws the program's own error, if it is another one
 */
export async function whileLocked(what: string, run: () => Promise<unknown>): Promise<void> {
  const { error } = await eventually(`${what}, which waits for a lock`, () =>
    run().then(
      () => ({ error: undefined }),
      (failure: Error) => {
        if (saysLocked.test(String(failure))) throw failure;
        return { error: failure };
      },
    ),
  );
  if (error !== undefined) throw error;
}
