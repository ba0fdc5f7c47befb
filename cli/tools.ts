import { monitoringImageTools } from '../offline/images/images.ts';
import { engine } from '../toolchain/engine.ts';
import { isImageRegistryReachable } from '../toolchain/image-registry.ts';
import type { Report, Tool } from '../toolchain/tool.ts';
import { installTools } from '../toolchain/toolchain.ts';
import { askYesNo } from './confirm.ts';
import { findNeededTools, pulumi } from './needed-tools.ts';
import { runStep } from './progress/steps.ts';
import type { Step } from './progress/steps.ts';

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
    work: async ({ report }) => {
      const needed = await findNeededTools();
      const mayInstall = async (tool: Tool) => tool !== engine || mayInstallEngine;
      await installTools([[needed.engine]], report, mayInstall);
      // Images need the engine and Go needs the processor: side by side they use both.
      await installTools([needed.images, needed.pulumi], report, mayInstall);
    },
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
    work: ({ report }) => installTools([pulumi.tools], report, async () => true),
  });
}

/** Makes what a stack that watches itself runs, where no image registry answers. */
export async function installMonitoringImages(report: Report): Promise<void> {
  const needed = (await isImageRegistryReachable()) ? [] : monitoringImageTools;
  await installTools([needed], report, async () => true);
}

async function isInstallable({ find, methods }: Tool): Promise<boolean> {
  if ((await find()) !== undefined) return false;
  const obstacles = await Promise.all(methods.map(({ findObstacle }) => findObstacle()));
  return obstacles.includes(undefined);
}

function askForEngine(): Promise<boolean> {
  return askYesNo(
    `${engine.name} (${engine.purpose}) is missing. Install and start it on this system?`,
    './pulse up --yes, or install it by hand',
  );
}
