import type * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';

import { httpHealthCommand } from '../healthchecks/container.ts';
import { baseImage } from './docker/base-image.ts';
import { container } from './docker/container.ts';
import { dataVolume } from './docker/data-volume.ts';
import type { InStack } from './docker/in-stack.ts';
import { storeData } from './docker/store-data.ts';
import { hubEnvironment } from './hub-environment.ts';
import type { HubAccess } from './hub-environment.ts';
import type { ModelCache } from './model-cache.ts';

/** Where the three services answer, as the workers reach them. */
interface GpuServices {
  readonly tei: string;
  readonly qdrant: string;
  /** Absent where there is none. */
  readonly ollama?: string;
}

export interface GpuHostArgs extends InStack {
  /**
   * `external`: a machine that is there already, known by its addresses. `embedded`: the same
   * services as containers of the stack, on CPUs.
   */
  readonly mode: 'external' | 'embedded';
  /** Addresses of an external GPU host; it has the first two at least. */
  readonly teiUrl: string | undefined;
  readonly qdrantUrl: string | undefined;
  readonly ollamaUrl: string | undefined;
  /** Whether an embedded GPU host has an Ollama. */
  readonly ollama: boolean;
  /** Images of an embedded GPU host; this one is a TEI for CPUs. */
  readonly teiImage: string;
  readonly qdrantImage: string;
  readonly ollamaImage: string;
  readonly embeddingModel: string;
  /** With which every TEI of the stack gets the model. */
  readonly hfToken: string | undefined;
  readonly hfEndpoint: string | undefined;
  /** The workers read the tokenizer from the same volume. */
  readonly models: ModelCache;
  /** Of each service. */
  readonly memoryMiB: number;
  /** Of each service, as `2.0`. */
  readonly cpus: string;
}

const port = { tei: 8080, qdrant: 6333, ollama: 11434 } as const;
const stopTimeoutSeconds = 30;
/** TEI fetches its model on the first start: a gigabyte over a slow line. */
const startLimitSeconds = 600;

/**
 * Owns embeddings, vectors and LLM: the choice between a machine that is there already and
 * containers of the stack, and the data of these containers, which outlives `destroy`. Other
 * components see addresses only.
 */
export class GpuHost extends pulumi.ComponentResource {
  readonly urls: GpuServices;
  /** The same addresses. */
  readonly verifiedWith: readonly string[];
  /** Image of a TEI for CPUs, the model that every TEI of the stack serves, and where it is from. */
  readonly tei: { readonly image: string; readonly model: string } & HubAccess;
  /**
   * What has to be healthy before a worker may start. Empty for an external GPU host: a worker
   * starts and works without one.
   */
  readonly containers: readonly docker.Container[];

  constructor(name: string, args: GpuHostArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulse:gpu:GpuHost', name, {}, opts);
    const isEmbedded = args.mode === 'embedded';

    this.containers = isEmbedded
      ? embeddedServices(args, this).map((service) => serve(service, args, this))
      : [];

    this.urls = isEmbedded ? embeddedUrls(args) : externalUrls(args);
    this.verifiedWith = Object.values(this.urls);
    const { teiImage: image, embeddingModel: model, hfToken, hfEndpoint } = args;
    this.tei = { image, model, hfToken, hfEndpoint };
    this.registerOutputs({ urls: this.urls });
  }
}

function externalUrls({ teiUrl, qdrantUrl, ollamaUrl }: GpuHostArgs): GpuServices {
  if (teiUrl === undefined || qdrantUrl === undefined)
    throw new Error('settings/parse.ts lets no external GPU host pass without these addresses');
  return { tei: teiUrl, qdrant: qdrantUrl, ...(ollamaUrl !== undefined && { ollama: ollamaUrl }) };
}

function embeddedUrls({ prefix, ollama }: GpuHostArgs): GpuServices {
  return {
    tei: `http://${prefix}_tei:${port.tei}`,
    qdrant: `http://${prefix}_qdrant:${port.qdrant}`,
    ...(ollama && { ollama: `http://${prefix}_ollama:${port.ollama}` }),
  };
}

/** What the containers differ in. */
interface EmbeddedService {
  readonly name: keyof typeof port;
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment: pulumi.Input<Record<string, string>>;
  readonly healthPath: string;
  /** Mount point -> name of a volume. */
  readonly volumes: Record<string, pulumi.Input<string>>;
}

function embeddedServices(args: GpuHostArgs, parent: pulumi.Resource): EmbeddedService[] {
  return [
    {
      name: 'tei',
      image: args.teiImage,
      command: ['--model-id', args.embeddingModel, '--port', String(port.tei)],
      environment: hubEnvironment(args, { HUGGINGFACE_HUB_CACHE: '/data' }),
      healthPath: '/health',
      volumes: { '/data': args.models.source },
    },
    {
      name: 'qdrant',
      image: args.qdrantImage,
      environment: {
        QDRANT__TELEMETRY_DISABLED: 'true',
        QDRANT__STORAGE__SNAPSHOTS_PATH: '/qdrant/storage/snapshots',
      },
      healthPath: '/readyz',
      volumes: { '/qdrant/storage': serviceData('qdrant', args.qdrantImage, args, parent) },
    },
    ...ollamaService(args, parent),
  ];
}

/** A folder belongs to the image's own user, as a new volume does. */
function serviceData(
  resource: 'qdrant' | 'ollama',
  image: string,
  args: GpuHostArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  return storeData({ resource, volume: `${args.prefix}_${resource}`, image }, args, parent);
}

/**
 * None where the stack has no Ollama. A stack that protects its data has the volume all the same:
 * one that had an Ollama before could not be updated without it.
 */
function ollamaService(args: GpuHostArgs, parent: pulumi.Resource): EmbeddedService[] {
  const { ollama, ollamaImage: image, prefix, protectData: protect } = args;
  if (!ollama) {
    if (protect) dataVolume('ollama-data', `${prefix}_ollama`, { parent, protect });
    return [];
  }
  const service = {
    name: 'ollama',
    image,
    environment: {
      OLLAMA_HOST: `0.0.0.0:${port.ollama}`,
      OLLAMA_MODELS: '/models',
      HOME: '/tmp',
    },
    healthPath: '/api/version',
    volumes: { '/models': serviceData('ollama', image, args, parent) },
  } as const;
  return [service];
}

function serve(
  service: EmbeddedService,
  args: GpuHostArgs,
  parent: pulumi.Resource,
): docker.Container {
  const image = baseImage(`${service.name}-image`, service.image, parent);
  return container(
    service.name,
    {
      name: `${args.prefix}_${service.name}`,
      image: image.name,
      stack: args,
      ...(service.command && { command: service.command }),
      environment: service.environment,
      memoryMiB: args.memoryMiB,
      cpus: args.cpus,
      // No `user`: a new volume belongs to the image's own user, and no other could write to it.
      volumes: service.volumes,
      scratch: {},
      healthcheck: httpHealthCommand(port[service.name], service.healthPath),
      startLimitSeconds,
      stopTimeoutSeconds,
    },
    { parent },
  );
}
