import type { Tool } from '../toolchain/tool.ts';
import { installTools } from '../toolchain/toolchain.ts';
import { say } from './command.ts';
import { confirmed } from './confirm.ts';
import { findNeededTools, pulumi } from './needed-tools.ts';

/** Installs what this machine lacks; asks before it installs an engine, unless `yes`. */
export async function installMissingTools(yes: boolean): Promise<void> {
  const needed = await findNeededTools();
  const mayInstall = async (tool: Tool) =>
    yes ||
    tool !== needed.engine ||
    confirmed(
      `${tool.name} (${tool.purpose}) is missing. Install and start it on this system?`,
      './pulse up --yes, or install it by hand',
    );
  await installTools([[needed.engine]], say, mayInstall);
  // Images need the engine and Go needs the processor: side by side they use both.
  await installTools([needed.images, needed.pulumi], say, mayInstall);
}

/** Installs what a preview needs: Pulumi, and neither an engine nor images. */
export function installPulumi(): Promise<void> {
  return installTools([pulumi.tools], say, async () => true);
}
