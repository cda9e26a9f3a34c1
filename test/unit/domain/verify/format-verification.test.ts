import { describe, expect, it } from 'vitest';

import { formatVerification } from '../../../../src/domain/verify/format-verification.ts';
import { Redactor } from '../../../../src/domain/core/secret.ts';

const redactor = new Redactor();

describe('a verification for people', () => {
  it('says in one line that everything is as planned', () => {
    const item = { id: 'v1 ConfigMap shop/a', outcome: 'done', reason: 'equal' } as const;
    const text = formatVerification([{ title: 'objects', findings: [{ item }] }], redactor);
    expect(text).toContain('**Everything is as planned.**');
    expect(text).toContain('| objects | 1 | 0 |');
    expect(text).not.toContain('## objects');
  });

  it('shows differences with their diffs, and what agrees with a remark', () => {
    const findings = [
      {
        item: { id: 'v1 ConfigMap shop/a', outcome: 'failed', reason: 'different', message: 'data.a' } as const,
        diff: '-a\n+b\n',
      },
      { item: { id: 'v1 Pod shop/b', outcome: 'failed', reason: 'missing' } as const },
      { item: { id: 'v1 Pod shop/c', outcome: 'done', reason: 'extended', message: 'and a sidecar' } as const },
    ];
    const text = formatVerification([{ title: 'objects', findings }], redactor);
    expect(text).toContain('**2 differences.**');
    expect(text).toContain('- differs: `v1 ConfigMap shop/a` different: data.a\n\n```diff\n-a\n+b\n```');
    expect(text).toContain('- differs: `v1 Pod shop/b` missing\n');
    expect(text).toContain('- agrees: `v1 Pod shop/c` extended: and a sidecar');
  });

  it('lets no text of a cluster become markup or control a terminal', () => {
    const item = { id: 'a`b', outcome: 'failed', reason: 'different', message: '<b>\u001b[31m|x' } as const;
    const text = formatVerification([{ title: 'objects', findings: [{ item, diff: '+````\n+\u0007\n' }] }], redactor);
    expect(text).toContain(String.raw`a\`b`);
    expect(text).toContain(String.raw`\<b\>`);
    expect(text).toContain('`````diff\n');
    expect(text).not.toContain('\u001b');
    expect(text).not.toContain('\u0007');
  });
});
