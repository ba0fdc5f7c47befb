/** Which tools a deployment needs on this machine, and by which methods each can be installed. */
import { imageTools } from '../offline/images/images.ts';
import { pulumiCompiler } from '../offline/pulumi/compile.ts';
import { engine } from '../toolchain/engine.ts';
import { isImageRegistryReachable } from '../toolchain/image-registry.ts';
import { createPulumi } from '../toolchain/pulumi/pulumi.ts';
import type { Tool } from '../toolchain/tool.ts';

export const pulumi = createPulumi(pulumiCompiler);

/** Each list is in the order in which its tools depend on each other. */
interface NeededTools {
  readonly engine: Tool;
  readonly pulumi: readonly Tool[];
  /** None where an image registry can be reached: then the official images are used. */
  readonly images: readonly Tool[];
}

export async function findNeededTools(): Promise<NeededTools> {
  const images = (await isImageRegistryReachable()) ? [] : imageTools;
  return { engine, pulumi: pulumi.tools, images };
}
