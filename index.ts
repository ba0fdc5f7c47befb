/**
 * One stack of Pulse on one Docker host.
 *
 *     frontDoor ─ api ─┬─ postgres ─┐             ┌─ gpuHost: TEI, Qdrant; elsewhere, or here
 *                      ├─ redis ────┼─ workers ───┤
 *                      └─ keywords ─┘             └─ localEmbeddings: a TEI while it is away
 *
 * Apart from it: monitoring, a Prometheus and an Alertmanager. What can be set is in settings.ts,
 * what each part is in components/, why in docs/architecture.md.
 */
import * as pulse from './components/index.ts';
import { workerEnvironment } from './settings/environment.ts';
import { stackSettings } from './settings/stack.ts';

const settings = await stackSettings();

const { prefix, engineId } = settings;
const network = new pulse.Network('network', { ...settings.network, prefix });
const inStack = { ...settings.containers, prefix, engineId, network };
const secrets = new pulse.Secrets('secrets', { ...settings.secrets, ...settings.apiKeys });
const postgres = new pulse.Postgres('postgres', { ...inStack, ...settings.postgres, secrets });
const backups = new pulse.Backups('backup', { ...inStack, ...settings.backups, postgres });
const redis = new pulse.Redis('redis', { ...inStack, ...settings.redis, secrets });

const workerImage = new pulse.WorkerImage('worker-image', { ...inStack, ...settings.workerImage });
const { gpuHost: where } = settings;
const { base } = settings.dataFolders;
const place = { base, engineId, image: workerImage, gpuHost: where.mode };
const folders = new pulse.DataFolders('folders', place);
const models = new pulse.ModelCache('model-cache', { ...inStack, folders, gpuHost: where });
const keywords = new pulse.KeywordVolume('keywords', { ...inStack, folders });
const gpuHost = new pulse.GpuHost('gpu-host', { ...inStack, ...where, models });
const stores = { keywords, postgres, redis, gpuHost };
const environment = workerEnvironment(settings);
const program = { ...inStack, ...stores, image: workerImage, environment };
const workers = new pulse.WorkerPool('worker', { ...program, ...settings.workers, models });
const localEmbeddings = new pulse.LocalEmbeddings('local-embeddings', {
  ...inStack,
  ...settings.localEmbeddings,
  gpuHost,
  models,
  after: workers, // which give a new volume of models its owner
});
const access = { secrets, hooks: settings.hooks, files: settings.workers };
const watchedBy = { monitoring: settings.monitoring.mode }; // whose alarms the page shows
const api = new pulse.Api('api', { ...program, ...settings.api, ...access, ...watchedBy });
const frontDoor = new pulse.FrontDoor('front-door', { ...inStack, ...settings.frontDoor, api });

const told = { receivers: settings.receivers, publicUrl: settings.frontDoor.publicUrl };
const watched = { ...inStack, ...settings.monitoring, ...told, secrets };
const monitoring = new pulse.Monitoring('monitoring', watched);

const kept = [postgres, backups, redis];
const parts = [network, ...kept, gpuHost, workers, localEmbeddings, api, frontDoor];
const proof = new pulse.Verification('verification', {
  ...settings.verification,
  workers,
  api,
  parts,
});

export const containerNames = pulse.containerNamesOf([...parts, monitoring]); // for ./pulse
export const workerNames = workers.names; // for docker exec: the image's command line runs there
export const { subnet, gateway } = settings.network; // the next update compares: an outage?
export const engine = engineId; // the next update compares: is it the stack's?
export const { usesStartInterval } = settings; // the next update does the same
export const image = workerImage.reference; // which build of the worker runs …
const release = { ...settings.release, image: workerImage, proof };
export const releases = pulse.listReleases(release); // … and to which ./pulse rollback goes back
export const apiAddress = frontDoor.url; // where documents go in and searches are asked …
export const { publicUrl } = frontDoor; // … from elsewhere …
export const { apiSecret, searchSecret, webhookSecret } = secrets; // … with these keys
export const postgresAddress = postgres.hostAddress; // for clients on this host; the passwords …
export const redisAddress = redis.hostAddress; // … are in the state, encrypted
export const gpuServices = gpuHost.urls; // where embeddings, vectors and the LLM are
export const { report: verification, verifiedAt } = proof; // what was found, and when
