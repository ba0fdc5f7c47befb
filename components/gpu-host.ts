import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';

import { httpHealthCommand } from '../healthchecks/container.ts';
import type { Settings } from '../settings.ts';
import { baseImage } from './docker/base-image.ts';
import { container } from './docker/container.ts';
import { dataVolume } from './docker/data-volume.ts';

/** Where the three services answer, as the workers reach them. */
export interface GpuServices {
  readonly tei: string;
  readonly qdrant: string;
  readonly ollama: string;
}

export interface EmbeddedGpuHost {
  readonly mode: 'embedded';
  /** First part of the containers' and volumes' names. */
  readonly prefix: string;
  readonly network: pulumi.Input<string>;
  readonly images: GpuServices;
  readonly embeddingModel: string;
  /** Volume of models; the workers read the tokenizer from it. */
  readonly models: pulumi.Input<string>;
  /** MiB, of each service. */
  readonly memory: number;
  readonly cpus: string;
  readonly protectData: boolean;
  /** Seconds. */
  readonly healthInterval: number;
}

/**
 * `external`: a machine that is there already, known by its addresses. `embedded`: the same
 * services as containers of the stack, on CPUs.
 */
export type GpuHostArgs =
  | { readonly mode: 'external'; readonly urls: GpuServices }
  | EmbeddedGpuHost;

/**
 * Embeddings, vectors and LLM. Owns the choice between a machine of its own and containers; who
 * uses it sees addresses only.
 */
export class GpuHost extends pulumi.ComponentResource {
  readonly urls: GpuServices;
  /**
   * What has to be healthy before a worker may start; empty for an external host, whose absence a
   * worker survives.
   */
  readonly containers: readonly docker.Container[];

  constructor(name: string, args: GpuHostArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulse:gpu:GpuHost', name, {}, opts);

    if (args.mode === 'external') {
      this.urls = args.urls;
      this.containers = [];
    } else {
      const services = embeddedServices(args);
      this.containers = services.map((service) => this.serve(service, args));
      this.urls = {
        tei: `http://${args.prefix}_tei:${port.tei}`,
        qdrant: `http://${args.prefix}_qdrant:${port.qdrant}`,
        ollama: `http://${args.prefix}_ollama:${port.ollama}`,
      };
    }
    this.registerOutputs({ urls: this.urls });
  }

  private serve(service: EmbeddedService, args: EmbeddedGpuHost): docker.Container {
    const image = baseImage(`${service.name}-image`, service.image, this);
    return container(
      service.name,
      {
        name: `${args.prefix}_${service.name}`,
        image: image.name,
        network: args.network,
        ...(service.command && { command: service.command }),
        environment: service.environment,
        memory: args.memory,
        cpus: args.cpus,
        volumes: service.volumes(this),
        scratch: {},
        healthcheck: httpHealthCommand(port[service.name], service.healthPath),
        healthInterval: args.healthInterval,
        startLimit: startLimitSeconds,
        stopTimeout: stopTimeoutSeconds,
      },
      { parent: this },
    );
  }
}

const port = { tei: 8080, qdrant: 6333, ollama: 11434 } as const;
/**
 * No `user` is set: a fresh volume belongs to whom the image says, and another user could not write
 * to it.
 */
const stopTimeoutSeconds = 30;
/** TEI fetches its model on the first start: a gigabyte over a slow line. */
const startLimitSeconds = 600;

interface EmbeddedService {
  readonly name: keyof typeof port;
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment: Record<string, string>;
  readonly healthPath: string;
  readonly volumes: (parent: pulumi.Resource) => Record<string, pulumi.Input<string>>;
}

function embeddedServices(args: EmbeddedGpuHost): EmbeddedService[] {
  return [
    {
      name: 'tei',
      image: args.images.tei,
      command: ['--model-id', args.embeddingModel, '--port', String(port.tei)],
      environment: { HUGGINGFACE_HUB_CACHE: '/data' },
      healthPath: '/health',
      volumes: () => ({ '/data': args.models }),
    },
    {
      name: 'qdrant',
      image: args.images.qdrant,
      environment: {
        QDRANT__TELEMETRY_DISABLED: 'true',
        QDRANT__STORAGE__SNAPSHOTS_PATH: '/qdrant/storage/snapshots',
      },
      healthPath: '/readyz',
      volumes: (parent) => ({
        '/qdrant/storage': dataVolume('qdrant-data', `${args.prefix}_qdrant`, {
          parent,
          protect: args.protectData,
        }).name,
      }),
    },
    {
      name: 'ollama',
      image: args.images.ollama,
      environment: {
        OLLAMA_HOST: `0.0.0.0:${port.ollama}`,
        OLLAMA_MODELS: '/models',
        HOME: '/tmp',
      },
      healthPath: '/api/version',
      volumes: (parent) => ({
        '/models': dataVolume('ollama-data', `${args.prefix}_ollama`, {
          parent,
          protect: args.protectData,
        }).name,
      }),
    },
  ];
}

/** From a stack's settings to one of the two modes. */
export function gpuHostArgs(
  settings: Settings,
  inStack: Pick<EmbeddedGpuHost, 'network' | 'healthInterval' | 'models' | 'protectData'>,
): GpuHostArgs {
  if (settings.gpuHost === 'external') {
    return {
      mode: 'external',
      urls: { tei: settings.teiUrl, qdrant: settings.qdrantUrl, ollama: settings.ollamaUrl },
    };
  }
  return {
    mode: 'embedded',
    ...inStack,
    prefix: settings.prefix,
    images: { tei: settings.teiImage, qdrant: settings.qdrantImage, ollama: settings.ollamaImage },
    embeddingModel: settings.embeddingModel,
    memory: settings.gpuServiceMemory,
    cpus: settings.gpuServiceCpus,
  };
}
