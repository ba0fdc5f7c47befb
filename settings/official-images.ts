/**
 * The official images, pinned by digest: a tag can move, a digest cannot. Several public
 * repositories independent of each other have those of Prometheus and Alertmanager, next to the
 * same tags, of Docker Hub and of Quay.
 */
export const officialImages = {
  postgres:
    'postgres:15.19-bookworm' +
    '@sha256:539ceaaae49b3a7c8a04467cf00cc6788d8e3f1675df41860d86eebc4c40524f',
  redis:
    'redis:7.4.11-bookworm' +
    '@sha256:c6eabf748fc7a61dbb5a705c78bcf3d6377b1127a97d0ce965c11c44ba46896f',
  node:
    'node:24.21.0-bookworm-slim' +
    '@sha256:0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6',
  haproxy:
    'haproxy:3.2.23-alpine3.24' +
    '@sha256:6343ce34a132a5dceaa24767d739df2bd519f8f7c1079ae39e4821334e8eb42e',
  prometheus:
    'prom/prometheus:v3.15.0' +
    '@sha256:efd719c99d83b060d9daefdcf00360461adf279f45ef5391f8d111892118753e',
  alertmanager:
    'prom/alertmanager:v0.34.1' +
    '@sha256:e9733bafb1bdef9b00e25a21f8f99dc26a22224bf16641ad754d1649f4c3357a',
  tei:
    'ghcr.io/huggingface/text-embeddings-inference:cpu-1.9' +
    '@sha256:ad950d30878eceb72aaf32024d26fa2b1d04a75304fa0b4776b49aa1941fea07',
  qdrant:
    'qdrant/qdrant:v1.19.0-unprivileged' +
    '@sha256:a0e04fe623cb064502cd869cefc1dc7ce359d8edd481063b5bd351c0a0a2c91e',
  ollama:
    'ollama/ollama:0.12.11' +
    '@sha256:3d8a05e3432d50ea57594fabe971e46cc8fe963a0f9f8c40400bd56cd5388e47',
} as const;
