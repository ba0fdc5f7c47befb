import { CommandError } from './command-error.ts';
import type { InstallMethod, Report, Tool } from './tool.ts';

/** Asks whether a missing tool may be installed. */
type Permission = (tool: Tool) => Promise<boolean>;

/**
 * Installs the tools that are missing, and says of each one what it does and how long it took. The
 * tools of one list are installed in order, the lists side by side.
 *
 * @throws CommandError When a tool can or may not be installed; the other lists are finished first.
 */
export async function installTools(
  lists: readonly (readonly Tool[])[],
  say: Report,
  mayInstall: Permission,
): Promise<void> {
  const outcomes = await Promise.allSettled(
    lists.map(async (tools) => {
      for (const tool of tools) await ensureInstalled(tool, say, mayInstall);
    }),
  );
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}

async function ensureInstalled(tool: Tool, say: Report, mayInstall: Permission): Promise<void> {
  const found = await tool.find();
  if (found !== undefined) return say(`${tool.name}: there (${found.version}, ${found.origin})`);
  const method = await chooseMethod(tool);
  if (!(await mayInstall(tool)))
    throw new CommandError(`${tool.name} is missing and was not to be installed`, tool.byHand);
  const startedMs = Date.now();
  await method.install((line) => say(`${tool.name}: ${line}`));
  const seconds = Math.round((Date.now() - startedMs) / 1000);
  say(`${tool.name}: ready after ${seconds} s (${method.origin})`);
}

/** The first method without an obstacle. @throws CommandError That names every obstacle. */
async function chooseMethod(tool: Tool): Promise<InstallMethod> {
  const obstacles: string[] = [];
  for (const method of tool.methods) {
    const obstacle = await method.findObstacle();
    if (obstacle === undefined) return method;
    obstacles.push(`${method.origin}: ${obstacle}`);
  }
  throw new CommandError(
    `${tool.name} is missing, and no method can install it here (${obstacles.join('; ')})`,
    tool.byHand,
  );
}
