import type { Explanation } from './explanation.ts';

export const host = {
  HOST_NETWORK: {
    meaning:
      'The network that the stack is to join is not on this host; or it has another range ' +
      'than the configuration says, which is only a warning.',
    tried: "compare pulse:network and pulse:subnet with the engine's networks, before an update",
    check:
      'docker network inspect; the line names the setting to change, or the command that ' +
      'makes the network',
  },
  HOST_SUBNET: {
    meaning:
      "The stack's address range overlaps that of another network of this host; the engine " +
      'would refuse it.',
    tried: 'compare pulse:subnet with the range of every network of the engine, before an update',
    check:
      'choose a free range for pulse:subnet, and pulse:gateway inside it; docker network ls ' +
      'lists what is there',
  },
  HOST_PORT: {
    meaning:
      'A port that the stack is to publish is taken by another container or process of the ' +
      'host, or the host does not have the address to publish it on.',
    tried:
      'compare pulse:postgresPort, pulse:redisPort and pulse:apiPort with the published ports of ' +
      'every container, and have the engine publish them, before an update',
    check:
      'stop what uses it (docker ps, ss -ltnp), or choose another port; several stacks on one ' +
      'host need a port each; ip addr shows the addresses for pulse:storeAddress and ' +
      'pulse:apiHost',
  },
  HOST_FILES: {
    meaning: 'The engine may not give a container as many open files as are configured.',
    tried: 'start a container with pulse:workerNofile and pulse:workerNofileHard',
    check:
      "lower them to what the line names, or raise the engine's own limit (LimitNOFILE of its " +
      'service) and restart it',
  },
  HOST_ENGINE: {
    meaning:
      'The engine is too old for a setting of this stack, and would ignore it; or it is no Docker Engine.',
    tried: "compare the version of the engine's API with what the settings need",
    check: 'update Docker Engine, or remove the setting that the line names',
  },
  HOST_OTHER: {
    meaning: 'The stack was deployed on another Docker engine than the one that answers here.',
    tried: "compare the id of the engine (docker info) with the stack's output engine",
    check:
      "name the stack's engine (DOCKER_HOST, docker context use); docs/operations.md#another-engine " +
      'says how to move a stack on purpose, and what happens with plain pulumi',
  },
  HOST_NAMES: {
    meaning:
      "Containers with the stack's names exist that its state does not know: another clone " +
      'made them, the state was lost, or a Docker Compose project has services of these names. ' +
      'Or a container has such a name as an alias on the network.',
    tried:
      'compare the containers of the engine, and the Compose services and aliases on the network ' +
      "of the stack's name, with the state in this backend",
    check:
      'deploy from the clone or backend that knows them (docs/state.md), or remove them as ' +
      'the line says, what is on volumes and in folders stays; moving in: docs/migration.md',
  },
  HOST_PUBLIC: {
    meaning:
      'The stack is published on an address that the internet may reach; a warning, since a ' +
      'firewall elsewhere may keep it closed.',
    tried: 'compare pulse:storeAddress and pulse:apiHost with the ranges of private networks',
    check:
      'set them to 127.0.0.1 or an address of a private network; a firewall on the same host does ' +
      'not help, because the engine puts its own rules before it',
  },
  HOST_MEMORY: {
    meaning:
      "The limits of the stack's containers together are more than the memory of this host; a " +
      'warning, since they seldom use all of it.',
    tried: 'add up the memory limits of all containers of the stack',
    check:
      'lower pulse:workerMemory or pulse:workerReplicas, or watch ./pulse status for OOM kills',
  },
} as const satisfies Readonly<Record<string, Explanation>>;
