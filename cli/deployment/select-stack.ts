import { localImages, registryReachable } from '../../toolchain/images/images.ts';
import { say } from '../command.ts';
import { jsonOf, outputOf } from '../process.ts';

const imageKeys = { postgresImage: 'postgres', redisImage: 'redis', workerBaseImage: 'node', teiImage: 'tei', qdrantImage: 'qdrant', ollamaImage: 'ollama' } as const;

/** Selects or makes the stack; where no image registry answers, configures it for the images made on this machine, and says so. */
export async function selectStack(stack: string): Promise<void> {
  await outputOf('pulumi', ['stack', 'select', '--create', stack]);
  if (await registryReachable()) return;
  const configured = await jsonOf<Record<string, { value?: string }>>('pulumi', ['config', '--json', '--stack', stack]);
  const lacking = Object.entries(imageKeys).filter(([key, image]) => configured[`pulse:${key}`]?.value !== localImages[image].reference);
  if (lacking.length === 0) return;
  const pairs = lacking.flatMap(([key, image]) => ['--plaintext', `pulse:${key}=${localImages[image].reference}`]);
  await outputOf('pulumi', ['config', 'set-all', '--stack', stack, ...pairs]);
  say(`Pulumi.${stack}.yaml: added encryptionsalt (belongs to this clone's passphrase) and ${lacking.map(([key]) => key).join(', ')} (no image registry answers: images made here are used). Both belong to this machine; do not commit them.`);
}
