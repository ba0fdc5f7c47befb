import { pulumiTools } from '../toolchain/pulumi/pulumi.ts';
import { bringTools, toolsNeeded } from '../toolchain/toolchain.ts';
import { say } from './command.ts';
import { askYesNo } from './confirm.ts';

/** Brings what this machine lacks; asks before an engine is installed system-wide, unless `yes`. */
export async function installMissingTools(yes: boolean): Promise<void> {
  return bringTools(
    say,
    async (tool) =>
      yes ||
      tool.name !== 'Docker engine' ||
      askYesNo(
        `${tool.name} (${tool.purpose}) is missing. Install and start it on this system?`,
        './pulse up --yes, or install it by hand',
      ),
    await toolsNeeded(),
  );
}

/** What a preview needs: Pulumi, and neither an engine nor images. */
export function installPulumi(): Promise<void> {
  return bringTools(say, async () => true, pulumiTools);
}
