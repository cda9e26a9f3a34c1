import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';

import type { KeyPair } from '../../testbed/clusters/certificates.ts';

/** What the webhook says of one object; `silent` never answers. */
export type Admission =
  | { readonly allowed: true; readonly patch?: readonly unknown[] }
  | { readonly allowed: false; readonly message: string }
  | 'silent';

export interface AdmissionWebhook {
  readonly url: string;
  /** How many reviews were asked for. */
  readonly asked: () => number;
  stop(): Promise<void>;
}

/** An admission webhook on loopback. `decide` gets how many reviews came before. */
export async function startAdmissionWebhook(
  keys: KeyPair,
  decide: (before: number) => Admission,
): Promise<AdmissionWebhook> {
  let count = 0;
  const [cert, key] = await Promise.all([readFile(keys.certFile), readFile(keys.keyFile)]);
  const server = createServer({ cert, key }, (request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const admission = decide(count);
      count += 1;
      if (admission === 'silent') return;
      const review: unknown = JSON.parse(text);
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answerOf(review, admission)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `https://127.0.0.1:${String(port)}/`,
    asked: () => count,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answerOf(review: unknown, admission: Exclude<Admission, 'silent'>): unknown {
  const request = typeof review === 'object' && review !== null && 'request' in review ? review.request : undefined;
  const uid = typeof request === 'object' && request !== null && 'uid' in request ? request.uid : '';
  const head = { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' };
  if (!admission.allowed) return { ...head, response: { uid, allowed: false, status: { message: admission.message } } };
  if (admission.patch === undefined) return { ...head, response: { uid, allowed: true } };
  const patch = Buffer.from(JSON.stringify(admission.patch)).toString('base64');
  return { ...head, response: { uid, allowed: true, patchType: 'JSONPatch', patch } };
}
