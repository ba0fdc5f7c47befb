import { bringTools } from '../toolchain/toolchain.ts';
import { say } from './command.ts';
import { confirmed } from './confirm.ts';

/** Brings what this machine lacks; asks before an engine is installed system-wide, unless `yes`. */
export function bringMissingTools(yes: boolean): Promise<void> {
  return bringTools(say, async (tool) =>
    yes || tool.name !== 'Docker engine' || confirmed(`${tool.name} (${tool.purpose}) is missing. Install and start it on this system?`, './pulse up --yes, or install it by hand'));
}
