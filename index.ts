/**
 * One stack of Pulse: a network, Postgres, Redis, the workers with the image they run, the GPU
 * host's services, and the proof that each part reaches each other part. What can be set is in
 * settings.ts; what each part is, in components/.
 */
import * as pulumi from '@pulumi/pulumi';

import { DataFolders } from './components/data-folders.ts';
import { dataVolume } from './components/docker/data-volume.ts';
import { gpuHostArgs, GpuHost } from './components/gpu-host.ts';
import { LocalEmbeddings, localEmbeddingsUrl } from './components/local-embeddings.ts';
import { Network } from './components/network.ts';
import { Postgres } from './components/postgres.ts';
import { Redis } from './components/redis.ts';
import { Secrets } from './components/secrets.ts';
import { Verification } from './components/verification.ts';
import { WorkerImage } from './components/worker-image.ts';
import { WorkerPool } from './components/worker-pool.ts';
import { workerEnvironment } from './settings/environment.ts';
import { refuseUnconfirmedOutage } from './settings/outage.ts';
import { stackSettings } from './settings/stack.ts';

// Node runs this file as it is written. Pulumi keeps a stack trace of each of its promises, and looking for source maps that
// are not there would cost a sixth of every preview.
Reflect.deleteProperty(Error, 'prepareStackTrace');

const settings = stackSettings();
await refuseUnconfirmedOutage(settings);
const { prefix, healthInterval, protectData } = settings;

const network = new Network('network', {
  name: prefix,
  existing: settings.network === 'existing',
  subnet: settings.subnet,
  gateway: settings.gateway,
});
const inStack = { network: network.networkName, healthInterval, protectData };

const secrets = new Secrets('secrets', settings);

const postgres = new Postgres('postgres', {
  ...inStack,
  name: `${prefix}_postgres`,
  image: settings.postgresImage,
  password: secrets.postgresPassword,
  publish: { ip: settings.storeAddress, port: settings.postgresPort },
  memory: settings.postgresMemory,
  cpus: settings.postgresCpus,
});

const redis = new Redis('redis', {
  ...inStack,
  name: `${prefix}_redis`,
  image: settings.redisImage,
  password: secrets.redisPassword,
  publish: { ip: settings.storeAddress, port: settings.redisPort },
  memory: settings.redisMemory,
  cpus: settings.redisCpus,
});

// Models are shared: an embedded TEI fetches them, the workers count tokens with the same files.
const models = dataVolume('models', `${prefix}_hf_cache`, { protect: protectData });
const gpuHost = new GpuHost('gpu-host', gpuHostArgs(settings, { ...inStack, models: models.name }));

const workerImage = new WorkerImage('worker-image', {
  repository: `${prefix}_webhook-worker`,
  root: import.meta.dirname,
  baseImage: settings.workerBaseImage,
});

const folders = new DataFolders('folders', {
  base: settings.appdataBase,
  models: settings.gpuHost === 'external',
  image: workerImage.reference,
});

const workers = new WorkerPool('worker', {
  ...inStack,
  prefix,
  replicas: settings.workerReplicas,
  image: workerImage.reference,
  databaseUrl: postgres.url,
  redisUrl: redis.url,
  gpuServices: gpuHost.urls,
  localTeiUrl: localEmbeddingsUrl({ enabled: settings.localEmbeddings, prefix }),
  models: models.name,
  folders,
  environment: workerEnvironment(settings),
  drainTimeout: settings.drainTimeout,
  limits: {
    memory: settings.workerMemory,
    memoryReservation: settings.workerMemoryReservation,
    cpus: settings.workerCpus,
    cpuShares: settings.workerCpuShares,
    nofile: {
      soft: settings.workerNofile,
      hard: settings.workerNofileHard ?? settings.workerNofile,
    },
  },
  after: [postgres.container, redis.container, ...gpuHost.containers],
});

const localEmbeddings = new LocalEmbeddings('local-embeddings', {
  ...inStack,
  enabled: settings.localEmbeddings,
  prefix,
  image: settings.teiImage,
  embeddingModel: settings.embeddingModel,
  models: models.name,
  folders,
  memory: settings.localEmbeddingsMemory,
  cpus: settings.localEmbeddingsCpus,
  after: workers.containers,
});

// The API's container comes here: same image, network and settings as the workers.

const containers = [
  postgres.container,
  redis.container,
  ...gpuHost.containers,
  ...workers.containers,
  ...localEmbeddings.containers,
];
const proof = new Verification('verification', {
  workers: workers.names,
  mode: settings.verification,
  provenWith: [
    network.networkId,
    ...containers.map((part) => part.id),
    ...Object.values(gpuHost.urls),
  ],
  after: containers,
});

/** `./pulse` and people: which containers to look at. */
export const containerNames = pulumi.all(containers.map((part) => part.name));
/** For `docker exec`: where the command line of the image runs. */
export const workerNames = workers.names;
/** The next update compares with them: another network is an outage. */
export const { subnet, gateway } = settings;
/** Which build of the worker runs. */
export const image = workerImage.reference;
/** For clients on this host; the passwords are in the state, encrypted. */
export const postgresAddress = `${settings.storeAddress}:${settings.postgresPort}`;
export const redisAddress = `${settings.storeAddress}:${settings.redisPort}`;
export const gpuServices = gpuHost.urls;
/** What the last verification found, and when. */
export const verification = proof.report.apply((report) => JSON.parse(report) as unknown);
export const verifiedAt = proof.verifiedAt;
