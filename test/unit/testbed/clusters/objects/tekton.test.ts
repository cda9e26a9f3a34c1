import { describe, expect, it } from 'vitest';

import { tektonDeployments } from '../../../../../testbed/clusters/objects/tekton.ts';

describe('the Deployments of Tekton', () => {
  it('are none where no program is given', () => {
    expect(tektonDeployments(new Map())).toEqual([]);
  });

  it('contain the resolvers where their program is given', () => {
    const without = new Map([['controller', 'image']]);
    expect(tektonDeployments(without)).not.toContain('tekton-pipelines-resolvers/tekton-pipelines-remote-resolvers');
    const programs = new Map([...without, ['resolvers', 'image']]);
    expect(tektonDeployments(programs)).toContain('tekton-pipelines-resolvers/tekton-pipelines-remote-resolvers');
  });
});
