import { describe, expect, it } from 'vitest';

import { formatBatchSource, skopeoBatchArguments } from '../../../../../src/domain/images/skopeo/skopeo-batch.ts';

const place = { sourceHost: 'a.example', destinationHost: 'b.example', folder: 'new' };
const side = { authFile: '/run/auth.json', verifyTls: true };

describe('skopeoBatchArguments', () => {
  it('names the source file, the folder of repositories and how both sides are reached', () => {
    const destination = { ...side, verifyTls: false, certificateFolder: '/run/certs' };
    const args = skopeoBatchArguments({ place, sourceFile: '/run/batch.json', source: side, destination });
    expect(args.slice(0, 2)).toEqual(['--insecure-policy', 'sync']);
    expect(args).toContain('--dest-cert-dir=/run/certs');
    expect(args).toContain('--dest-tls-verify=false');
    expect(args.slice(-2)).toEqual(['/run/batch.json', 'b.example/new']);
  });
});

describe('formatBatchSource', () => {
  const job = (path: string, digest: string) => ({
    source: { host: 'a.example', path },
    destination: { host: 'b.example', path: `new/${path}` },
    digest,
    tags: ['1'],
  });

  it('lists digests by repository, and how the registry is reached', () => {
    const jobs = [job('web', 'sha256:1'), job('api', 'sha256:2'), job('web', 'sha256:3')];
    const images = { web: ['sha256:1', 'sha256:3'], api: ['sha256:2'] };
    expect(JSON.parse(formatBatchSource(jobs, 'a.example', side))).toEqual({
      'a.example': { 'tls-verify': true, images },
    });
    const text = formatBatchSource(jobs, 'a.example', { ...side, verifyTls: false, certificateFolder: '/run/certs' });
    expect(JSON.parse(text)).toEqual({
      'a.example': { 'tls-verify': false, 'cert-dir': '/run/certs', images },
    });
  });
});
