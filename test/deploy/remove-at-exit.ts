import { removeAtExit } from '../harness/reaper.ts';
import type { ExitCleanup } from '../harness/reaper.ts';

/** Arguments: the label of the stack's containers, its prefix, the folder of the project. */
const script = `
docker ps --all --quiet --filter "label=$1" | xargs -r docker rm --force --volumes
docker volume ls --quiet --filter "name=^$2_" | xargs -r docker volume rm
docker network rm "$2"
docker image ls --quiet --filter "reference=$2_*" | xargs -r docker image rm --force
rm -rf "$3"`;

/**
 * Removes what an interrupted test leaves of a stack: its containers, volumes, network, images and
 * folder.
 *
 * @param environment of its commands, such as the DOCKER_HOST of another engine
 */
export function removeStackAtExit(
  { label, prefix, folder }: { label: string; prefix: string; folder: string },
  environment: Readonly<Record<string, string>>,
): ExitCleanup {
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const command = ['sh', '-c', script, 'sh', label, prefix, folder];
  return removeAtExit('env', ...variables, ...command);
}
