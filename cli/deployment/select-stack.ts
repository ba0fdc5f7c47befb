import { providePassword } from '../backup/password.ts';
import { captureOutput } from '../process.ts';
import type { Progress } from '../progress/steps.ts';
import { chooseImages } from './machine-images.ts';
import { noteNewSalt } from './salt.ts';

/**
 * Selects or makes the stack. Where no image registry answers, the images made on this machine are
 * used, and it says so.
 */
export async function selectStack(stack: string, progress: Progress): Promise<void> {
  await noteNewSalt(stack, progress, async () => {
    await captureOutput('pulumi', ['stack', 'select', '--create', stack]);
  });
  await chooseImages(stack, progress);
  await providePassword(stack, progress.note);
}
