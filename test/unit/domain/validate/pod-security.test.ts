import { describe, expect, it } from 'vitest';

import { brokenControls, levelOf } from '../../../../src/domain/validate/pod-security.ts';
import { securityCases } from '../../../builders/pod-security.ts';

describe.each(['baseline', 'restricted'] as const)('level %s', (level) => {
  it.each(securityCases)('judges $what', ({ spec, annotations = {}, ...first }) => {
    expect(brokenControls({ path: ['spec'], spec }, annotations, level)[0]).toBe(first[level]);
  });
});

describe('levels', () => {
  it('without a limit allow everything', () => {
    const pod = { path: ['spec'], spec: { containers: [{}], hostNetwork: true } };
    for (const name of ['', 'privileged', 'unheard-of']) expect(brokenControls(pod, {}, levelOf(name))).toEqual([]);
    expect([levelOf('baseline'), levelOf('restricted')]).toEqual(['baseline', 'restricted']);
  });
});
