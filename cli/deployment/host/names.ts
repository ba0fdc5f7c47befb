import type { Settings } from '../../../settings.ts';
import { quoteWord } from '../../quote.ts';
import type { Finding } from './finding.ts';
import type { Host, HostContainer } from './inspect.ts';

/** What the stack has made, by its state. */
export interface MadeResources {
  readonly network: boolean;
  readonly containers: readonly string[];
}

/** A container of a Docker Compose project. */
type OfCompose = HostContainer & { readonly compose: NonNullable<HostContainer['compose']> };

/**
 * Finds containers that hold names of the stack and that its state does not know: another clone
 * deployed the same stack, this one lost its state, or the deployment that Pulse replaces still
 * runs. On a network of the stack's name the name of a Compose service and every alias count as
 * well, whatever the container is called: the engine would answer with both containers in turn.
 */
export function takenNames(settings: Settings, host: Host, made: MadeResources): Finding[] {
  const { prefix } = settings;
  const unknown = host.containers.filter(
    (container) => holdsName(container, prefix) && !made.containers.includes(container.name),
  );
  const ofCompose = unknown.filter(isOfCompose);
  const byProject = new Map(ofCompose.map(({ compose }) => [compose.project, compose.folder]));
  const others = unknown.filter((container) => !isOfCompose(container));
  const lost = others.filter(({ name }) => isOfStack(name, prefix)).map(({ name }) => name);
  return [
    ...[...byProject].map(([project, folder]) => ({
      code: 'HOST_NAMES' as const,
      problem: describeProject(
        project,
        folder,
        ofCompose.filter((container) => container.compose.project === project),
        host.containers.filter(isOfCompose).filter(({ compose }) => compose.project === project),
      ),
    })),
    ...(lost.length === 0 ? [] : [describeLost(lost, byProject.size === 0, settings, host, made)]),
    ...others
      .filter(({ name }) => !lost.includes(name))
      .map((container) => describeAlias(container, prefix)),
  ];
}

const isOfCompose = (container: HostContainer): container is OfCompose =>
  container.compose !== undefined;

function holdsName(container: HostContainer, prefix: string): boolean {
  const { name, networks, compose } = container;
  if (isOfStack(name, prefix) || listTakenAliases(container, prefix).length > 0) return true;
  return (
    compose !== undefined &&
    networks?.includes(prefix) === true &&
    (isOfStack(compose.service, prefix) || compose.service === `${prefix}_webhook-worker`)
  );
}

function listTakenAliases({ aliases = [] }: HostContainer, prefix: string): string[] {
  return aliases.filter((alias) => isOfStack(alias, prefix));
}

function isOfStack(name: string, prefix: string): boolean {
  return new RegExp(
    `^${prefix}_(postgres|redis|tei|local-embeddings|qdrant|ollama|` +
      'webhook|webhook-(worker|api)-\\d+|prometheus|alertmanager)$',
  ).test(name);
}

function describeProject(
  project: string,
  folder: string,
  inTheWay: readonly OfCompose[],
  all: readonly OfCompose[],
): string {
  const servicesOf = (containers: readonly OfCompose[]): string[] =>
    [...new Set(containers.map(({ compose }) => compose.service))].sort();
  const taken = servicesOf(inTheWay);
  const others = servicesOf(all).filter((service) => !taken.includes(service));
  const staying =
    others.length === 0
      ? ''
      : ` ${others.join(', ')} can go on beside Pulse, with stores under other names.`;
  return (
    `services of the Docker Compose project ${project} have names that this stack takes: ` +
    `${taken.join(', ')}. Stop these alone, as docs/migration.md says, what is in their folders ` +
    `stays: (cd ${quoteWord(folder)} && docker compose rm --stop --force ${taken.join(' ')}), or ` +
    `without that folder: docker rm -f ${inTheWay.map(({ name }) => name).join(' ')}.${staying}`
  );
}

function describeAlias(container: HostContainer, prefix: string): Finding {
  const { name } = container;
  return {
    code: 'HOST_NAMES',
    problem:
      `container ${name} is called ${listTakenAliases(container, prefix).join(', ')} on network ` +
      `${prefix}, names that this stack takes: the engine would answer with both containers in ` +
      `turn. Connect it again without them: docker network disconnect ${prefix} ${name} && ` +
      `docker network connect ${prefix} ${name}`,
  };
}

function describeLost(
  names: readonly string[],
  mayRemoveNetwork: boolean,
  { prefix, network }: Settings,
  { networks }: Host,
  made: MadeResources,
): Finding {
  const removeNetwork =
    mayRemoveNetwork &&
    network.mode === 'own' &&
    !made.network &&
    networks.some(({ name }) => name === prefix)
      ? ` && docker network rm ${prefix}`
      : '';
  return {
    code: 'HOST_NAMES',
    problem:
      `the state of this stack does not know ${names.join(', ')}: another clone made them, ` +
      'the state was lost (docs/state.md), or the old deployment runs (docs/migration.md). ' +
      "Use that clone's backend, or remove them, what is on volumes stays: " +
      `docker rm -f ${names.join(' ')}${removeNetwork}`,
  };
}
