import { describe, expect, it } from 'vitest';

import { parseExisting } from '../../../../testbed/demo/existing.ts';

const contexts = { SOURCE_CONTEXT: 'old', DESTINATION_CONTEXT: 'new' };

describe('the settings for clusters of the user', () => {
  it('need two contexts and have defaults for the rest', () => {
    expect(parseExisting(contexts)).toMatchObject({
      sourceContext: 'old',
      destinationContext: 'new',
      namespace: 'shop',
      image: expect.stringMatching(/^ghcr\.io\/crane-tasks\/task-runner:\d/) as string,
      certificates: '',
      params: {},
    });
  });

  it('name the contexts that are missing', () => {
    expect(() => parseExisting({ SOURCE_CONTEXT: '', NAMESPACE: 'shop' })).toThrow(
      /needs SOURCE_CONTEXT and DESTINATION_CONTEXT/,
    );
    expect(() => parseExisting({ SOURCE_CONTEXT: 'old' })).toThrow(/needs DESTINATION_CONTEXT:/);
  });

  it('take further params of the Pipeline, and refuse what is none', () => {
    const given = parseExisting({ ...contexts, PARAMS: 'if-exists=replace  source-registry-public=r.example:5000' });
    expect(given.params).toEqual({ 'if-exists': 'replace', 'source-registry-public': 'r.example:5000' });
    expect(() => parseExisting({ ...contexts, PARAMS: 'if-exists' })).toThrow(/expected name=value/);
  });
});
