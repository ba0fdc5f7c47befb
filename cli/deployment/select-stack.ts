import { providePassword } from '../backup/password.ts';
import { captureOutput } from '../process.ts';
import type { Progress } from '../progress/steps.ts';
import { chooseImages } from './machine-images.ts';
import { noteNewSalt } from './salt.ts';
import type { Configuration } from './settings.ts';

/**
 * Selects or makes the stack. Where no image registry answers, the images made on this machine are
 * used, and it says so.
 *
 * @returns its configuration
 */
export async function selectStack(stack: string, progress: Progress): Promise<Configuration> {
  await noteNewSalt(stack, progress, async () => {
    await captureOutput('pulumi', ['stack', 'select', '--create', stack]);
  });
  const chosen = await chooseImages(stack, progress);
  await providePassword(stack, chosen, progress.note);
  return chosen;
}
