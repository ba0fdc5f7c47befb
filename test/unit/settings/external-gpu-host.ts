/** The least that a stack with an external GPU host configures; nothing answers there. */
export const externalGpuHost = {
  gpuHost: 'external',
  teiUrl: 'http://192.0.2.10:52000',
  qdrantUrl: 'http://192.0.2.10:52001',
} as const;
