/**
 * Sends pages of 10 MB one after the other, until it is told to stop; then says how many were
 * taken. It is a thread of its own: to write one as JSON takes some 50 ms, in which a client that
 * shares the thread would wait as if the API had been slow.
 */
import { parentPort, workerData } from 'node:worker_threads';

import { Client } from './client.ts';
import { largePage } from './large-page.ts';

export interface SendingSettings {
  /** Of the API replica. */
  readonly port: number;
}

const stopping = new AbortController();
parentPort?.once('message', () => stopping.abort());

using client = new Client(workerData as SendingSettings);
let taken = 0;
for (; !stopping.signal.aborted; taken += 1) {
  const { status } = await client.post('/api/documents', largePage(taken));
  if (status !== 202) throw new Error(`a page of 10 MB was answered with ${status}`);
}
parentPort?.postMessage(taken);
