import { expect, test } from 'vitest';

import { apiUrls } from '../../../settings/api-urls.ts';
import { parseSettings } from '../../../settings/parse.ts';
import { first } from '../../harness/certificates.ts';
import { externalGpuHost } from './external-gpu-host.ts';

const urlsOf = (texts: Record<string, string>) =>
  apiUrls(parseSettings('dev', { ...externalGpuHost, ...texts }).frontDoor);
const tls = { apiCertificate: first.certificate, apiCertificateKey: first.key };

test.each([
  [{}, 'http://127.0.0.1:50108'],
  [{ apiHost: '192.0.2.1', apiPort: '8080' }, 'http://192.0.2.1:8080'],
  [{ apiHost: '0.0.0.0' }, 'http://127.0.0.1:50108'],
  [tls, 'https://127.0.0.1:50108'],
])('the API is found where it is published (%#)', (texts, url) => {
  expect(urlsOf(texts)).toEqual({ onHost: url, public: url });
});

test('links lead to publicUrl, without a slash at its end, and the host goes on as before', () => {
  expect(urlsOf({ publicUrl: 'https://pulse.example.org/' })).toEqual({
    onHost: 'http://127.0.0.1:50108',
    public: 'https://pulse.example.org',
  });
});
