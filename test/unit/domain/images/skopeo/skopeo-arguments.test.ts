import { expect, it } from 'vitest';

import { skopeoCopyArguments } from '../../../../../src/domain/images/skopeo/skopeo-arguments.ts';

const job = {
  source: { host: 'a.example', path: 'shop/web' },
  destination: { host: 'b.example:5000', path: 'new/web' },
  digest: `sha256:${'a'.repeat(64)}`,
  tags: ['1', '2'],
};

it('copies all platforms by digest to one tag, with logins in files', () => {
  const args = skopeoCopyArguments({
    job,
    tag: '1',
    source: { authFile: '/run/s.json', verifyTls: true, certificateFolder: '/run/certificates' },
    destination: { authFile: '/run/d.json', verifyTls: false },
  });
  expect(args).toEqual([
    '--insecure-policy',
    'copy',
    '--quiet',
    '--all',
    '--preserve-digests',
    '--src-authfile=/run/s.json',
    '--src-tls-verify=true',
    '--src-cert-dir=/run/certificates',
    '--dest-authfile=/run/d.json',
    '--dest-tls-verify=false',
    `docker://a.example/shop/web@sha256:${'a'.repeat(64)}`,
    'docker://b.example:5000/new/web:1',
  ]);
});
