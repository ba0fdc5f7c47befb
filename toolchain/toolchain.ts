import { CommandError } from './command-error.ts';
import { engine } from './engine.ts';
import { imageTools, registryReachable } from './images/images.ts';
import { pulumiTools } from './pulumi/pulumi.ts';
import type { Tool } from './tool.ts';

/** What this machine needs, in the order in which it is brought. */
export async function toolsNeeded(): Promise<readonly Tool[]> {
  return [engine, ...pulumiTools, ...((await registryReachable()) ? [] : imageTools)];
}

/** Brings what is missing; says of each part what it does and how long it took. @throws CommandError */
export async function bringTools(
  say: (line: string) => void,
  mayInstall: (tool: Tool) => Promise<boolean>,
  needed: readonly Tool[],
): Promise<void> {
  const [first, ...rest] = needed as [Tool, ...Tool[]];
  await bring(first, say, mayInstall);
  // Images need the engine and Go needs the processor: side by side they share the two best.
  const images = rest.filter((tool) => imageTools.includes(tool));
  const others = rest.filter((tool) => !imageTools.includes(tool));
  const outcomes = await Promise.allSettled(
    [images, others].map(async (line) => {
      for (const tool of line) await bring(tool, say, mayInstall);
    }),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

async function bring(
  tool: Tool,
  say: (line: string) => void,
  mayInstall: (tool: Tool) => Promise<boolean>,
): Promise<void> {
  const found = await tool.find();
  if (found !== undefined) return say(`${tool.name}: there (${found.version}, ${found.way})`);
  const obstacles: string[] = [];
  for (const way of tool.ways) {
    const obstacle = await way.obstacle();
    if (obstacle !== undefined) {
      obstacles.push(`${way.way}: ${obstacle}`);
      continue;
    }
    if (!(await mayInstall(tool)))
      throw new CommandError(`${tool.name} is missing and was not to be installed`, tool.byHand);
    const started = Date.now();
    await way.install((line) => say(`${tool.name}: ${line}`));
    return say(
      `${tool.name}: ready after ${Math.round((Date.now() - started) / 1000)} s (${way.way})`,
    );
  }
  throw new CommandError(
    `${tool.name} is missing, and there is no way to bring it here (${obstacles.join('; ')})`,
    tool.byHand,
  );
}
