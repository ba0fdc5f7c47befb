/** Embeddings, vectors and LLM: where they are, or the containers that serve them. */
import { url } from '../kinds/addresses.ts';
import { cpus, duration, integer, mebibytes } from '../kinds/numbers.ts';
import { issuedSecret, login } from '../kinds/secret.ts';
import { choice, flag, imageReference, modelId, modelName } from '../kinds/texts.ts';
import { officialImages } from '../official-images.ts';
import { setting } from '../setting.ts';

export const gpuHost = {
  mode: setting({
    key: 'gpuHost',
    kind: choice('external', 'embedded'),
    default: 'external',
    description:
      '`external`: the addresses below; ' +
      '`embedded`: TEI and Qdrant, and with `ollama` an Ollama, run as containers of the stack',
  }),
  teiUrl: setting({
    key: 'teiUrl',
    kind: url,
    description: 'address of the embedding service (TEI), which an external GPU host has to have',
    env: 'WEBHOOK_TEI_URL',
    isRequiredInWorker: true,
    gpuHostMode: 'external',
  }),
  teiApiKey: setting({
    key: 'teiApiKey',
    kind: issuedSecret,
    description:
      'key of the TEI of an external GPU host (`--api-key`), or of a proxy that wants a bearer token',
    env: 'WEBHOOK_TEI_API_KEY',
    gpuHostMode: 'external',
  }),
  teiLogin: setting({
    key: 'teiLogin',
    kind: login,
    description: 'user and password of a proxy in front of the TEI of an external GPU host',
    env: 'WEBHOOK_TEI_LOGIN',
    gpuHostMode: 'external',
  }),
  teiModelId: setting({
    key: 'teiModelId',
    kind: modelId,
    description:
      'what the TEI of an external GPU host calls `embeddingModel` (the `model_id` of its /info), ' +
      'where it serves a folder or another name',
    env: 'WEBHOOK_TEI_MODEL_ID',
    gpuHostMode: 'external',
  }),
  rerankUrl: setting({
    key: 'rerankUrl',
    kind: url,
    description:
      'address of a TEI with a reranking model, which orders the 50 best of a hybrid search; ' +
      'absent, none is asked',
    example: 'http://192.0.2.10:52002',
    env: 'WEBHOOK_RERANK_URL',
  }),
  rerankApiKey: setting({
    key: 'rerankApiKey',
    kind: issuedSecret,
    description: 'key of that TEI (`--api-key`), or of a proxy that wants a bearer token',
    env: 'WEBHOOK_RERANK_API_KEY',
  }),
  rerankLogin: setting({
    key: 'rerankLogin',
    kind: login,
    description: 'user and password of a proxy in front of that TEI',
    env: 'WEBHOOK_RERANK_LOGIN',
  }),
  rerankTimeoutSeconds: setting({
    key: 'rerankTimeout',
    kind: duration,
    description:
      'longest time that a search waits for it; then the order stays; absent, it is 2 seconds',
    example: '1s',
    env: 'WEBHOOK_RERANK_TIMEOUT',
  }),
  qdrantUrl: setting({
    key: 'qdrantUrl',
    kind: url,
    description: 'address of the vector database (Qdrant), which an external GPU host has to have',
    example: 'http://192.0.2.10:52001',
    env: 'WEBHOOK_QDRANT_URL',
    isRequiredInWorker: true,
    gpuHostMode: 'external',
  }),
  qdrantApiKey: setting({
    key: 'qdrantApiKey',
    kind: issuedSecret,
    description:
      'API key of the Qdrant of an external GPU host, or the bearer token of a proxy in front of it; ' +
      'none is sent when absent or empty',
    env: 'WEBHOOK_QDRANT_API_KEY',
    gpuHostMode: 'external',
  }),
  qdrantLogin: setting({
    key: 'qdrantLogin',
    kind: login,
    description: 'user and password of a proxy in front of the Qdrant of an external GPU host',
    env: 'WEBHOOK_QDRANT_LOGIN',
    gpuHostMode: 'external',
  }),
  ollamaUrl: setting({
    key: 'ollamaUrl',
    kind: url,
    description:
      'address of the LLM service (Ollama) of an external GPU host; absent, none is asked',
    example: 'http://192.0.2.10:52003',
    env: 'WEBHOOK_OLLAMA_URL',
    gpuHostMode: 'external',
  }),
  ollamaApiKey: setting({
    key: 'ollamaApiKey',
    kind: issuedSecret,
    description: 'bearer token of a proxy in front of the Ollama of an external GPU host',
    env: 'WEBHOOK_OLLAMA_API_KEY',
    gpuHostMode: 'external',
  }),
  ollamaLogin: setting({
    key: 'ollamaLogin',
    kind: login,
    description: 'user and password of a proxy in front of the Ollama of an external GPU host',
    env: 'WEBHOOK_OLLAMA_LOGIN',
    gpuHostMode: 'external',
  }),
  ollama: setting({
    key: 'ollama',
    kind: flag,
    default: 'false',
    description: 'whether an embedded GPU host has an Ollama; nothing in Pulse needs one',
  }),
  teiImage: setting({
    key: 'teiImage',
    kind: imageReference,
    default: officialImages.tei,
    description: 'image of TEI on a CPU, for an embedded GPU host',
    example: officialImages.tei,
  }),
  qdrantImage: setting({
    key: 'qdrantImage',
    kind: imageReference,
    default: officialImages.qdrant,
    description: 'image of Qdrant, for an embedded GPU host',
    example: officialImages.qdrant,
  }),
  ollamaImage: setting({
    key: 'ollamaImage',
    kind: imageReference,
    default: officialImages.ollama,
    description: 'image of Ollama, for an embedded GPU host that has one',
    example: officialImages.ollama,
  }),
  memoryMiB: setting({
    key: 'gpuServiceMemory',
    kind: mebibytes(128),
    default: '2GiB',
    description: 'memory limit of each service of an embedded GPU host',
  }),
  cpus: setting({
    key: 'gpuServiceCpus',
    kind: cpus,
    default: '2.0',
    description: 'CPU limit of each service of an embedded GPU host',
  }),
  embeddingModel: setting({
    key: 'embeddingModel',
    kind: modelName,
    default: 'Qwen/Qwen3-Embedding-0.6B',
    description: "model that TEI serves; part of the collection's name",
    env: 'WEBHOOK_EMBEDDING_MODEL',
    isRequiredInWorker: true,
  }),
  hfToken: setting({
    key: 'huggingfaceToken',
    kind: issuedSecret,
    description:
      'token of Hugging Face for a gated or private model; workers and every TEI have it',
    env: 'HF_TOKEN',
  }),
  hfEndpoint: setting({
    key: 'huggingfaceEndpoint',
    kind: url,
    description:
      'address of a mirror of Hugging Face, from which models and tokenizers come; absent, it is ' +
      'https://huggingface.co',
    example: 'https://hf-mirror.example.org',
    env: 'HF_ENDPOINT',
  }),
  vectorDim: setting({
    key: 'vectorDim',
    kind: integer(1, 65_536),
    default: '1024',
    description: "dimensions of that model's vectors",
    example: '384',
    env: 'WEBHOOK_VECTOR_DIM',
    isRequiredInWorker: true,
  }),
};

export const localEmbeddings = {
  enabled: setting({
    key: 'localEmbeddings',
    kind: flag,
    default: 'false',
    description:
      "whether a TEI on this host's CPUs makes vectors while the GPU host is away; " +
      'its points are marked',
  }),
  localTeiApiKey: setting({
    key: 'localEmbeddingsApiKey',
    kind: issuedSecret,
    description: 'key that this TEI asks of the workers; absent, it asks for none',
    env: 'WEBHOOK_LOCAL_TEI_API_KEY',
  }),
  memoryMiB: setting({
    key: 'localEmbeddingsMemory',
    kind: mebibytes(512),
    default: '4GiB',
    description: "memory limit of that TEI: the model's weights in 32 bits, and as much again",
  }),
  cpus: setting({
    key: 'localEmbeddingsCpus',
    kind: cpus,
    default: '2.0',
    description: 'CPU limit of that TEI',
  }),
};
