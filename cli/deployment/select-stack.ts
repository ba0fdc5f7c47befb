import { localImages, registryReachable } from '../../toolchain/images/images.ts';
import { say } from '../command.ts';
import { captureJson, captureLines, captureOutput } from '../process.ts';

const imageKeys = {
  postgresImage: 'postgres',
  redisImage: 'redis',
  workerBaseImage: 'node',
  teiImage: 'tei',
  qdrantImage: 'qdrant',
  ollamaImage: 'ollama',
} as const;

/**
 * Selects or makes the stack; where no image registry answers, configures it for the images made on
 * this machine, and says so.
 */
export async function selectStack(stack: string): Promise<void> {
  await captureOutput('pulumi', ['stack', 'select', '--create', stack]);
  if (await registryReachable()) return;
  const configured = await captureJson<Record<string, { value?: string }>>('pulumi', [
    'config',
    '--json',
    '--stack',
    stack,
  ]);
  const wanted = await Promise.all(
    Object.entries(imageKeys).map(async ([key, image]) => ({
      key,
      image,
      keep: await isUsable(configured[`pulse:${key}`]?.value, localImages[image].reference),
    })),
  );
  const lacking = wanted.filter(({ keep }) => !keep);
  if (lacking.length === 0) return;
  const pairs = lacking.flatMap(({ key, image }) => [
    '--plaintext',
    `pulse:${key}=${localImages[image].reference}`,
  ]);
  await captureOutput('pulumi', ['config', 'set-all', '--stack', stack, ...pairs]);
  say(
    `Pulumi.${stack}.yaml: added encryptionsalt (belongs to this clone's passphrase) and ${lacking.map(({ key }) => key).join(', ')} (no image registry answers: images made here are used). Both belong to this machine; do not commit them.`,
  );
}

/**
 * The image made here, or one of the operator's own that the engine has; an older one made here is
 * out of date.
 */
async function isUsable(reference: string | undefined, local: string): Promise<boolean> {
  if (reference === undefined || reference === local) return reference === local;
  if (reference.startsWith(local.slice(0, local.indexOf(':') + 1))) return false;
  return (await captureLines('docker', ['images', '--quiet', reference])).length > 0;
}
