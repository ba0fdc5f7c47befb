import { engine } from '../toolchain/engine.ts';
import { pulumiTools } from '../toolchain/pulumi/pulumi.ts';
import type { Tool } from '../toolchain/tool.ts';
import { bringTools, toolsNeeded } from '../toolchain/toolchain.ts';
import { askYesNo } from './confirm.ts';
import { runStep } from './progress/steps.ts';
import type { Progress, Step } from './progress/steps.ts';

/**
 * The step that installs what this machine lacks.
 *
 * @param yes whether a Docker engine may be installed system-wide without a question
 */
export function installStep(yes: boolean): Step {
  let mayInstallEngine = yes;
  return {
    name: 'tools',
    title: 'Installing missing tools',
    prepare: async () => {
      if (!yes && (await isInstallable(engine))) mayInstallEngine = await askForEngine();
    },
    work: async (progress) =>
      install(await toolsNeeded(), progress, (tool) => tool !== engine || mayInstallEngine),
  };
}

/**
 * Installs what this machine lacks, and shows it.
 *
 * @param yes whether a Docker engine may be installed system-wide without a question
 */
export function installMissingTools(yes: boolean): Promise<void> {
  return runStep(installStep(yes));
}

/** Installs what a preview needs, and shows it: Pulumi, and neither an engine nor images. */
export function installPulumi(): Promise<void> {
  return runStep({
    name: 'tools',
    title: 'Installing Pulumi where it is missing',
    work: (progress) => install(pulumiTools, progress, () => true),
  });
}

function install(
  tools: readonly Tool[],
  { report }: Progress,
  mayInstall: (tool: Tool) => boolean,
): Promise<void> {
  return bringTools(report, async (tool) => mayInstall(tool), tools);
}

async function isInstallable({ find, ways }: Tool): Promise<boolean> {
  if ((await find()) !== undefined) return false;
  const obstacles = await Promise.all(ways.map(({ obstacle }) => obstacle()));
  return obstacles.includes(undefined);
}

function askForEngine(): Promise<boolean> {
  return askYesNo(
    `${engine.name} (${engine.purpose}) is missing. Install and start it on this system?`,
    './pulse up --yes, or install it by hand',
  );
}
