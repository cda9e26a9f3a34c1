import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { oldestNode, refuseNode } from '../../../src/runtime/version.ts';

describe('refuseNode', () => {
  it.each(['24.0.0', 'v24.21.0', 'v26.1.0'])('takes %s', (found) => {
    expect(refuseNode(found)).toBeUndefined();
  });

  it.each(['v20.20.2', 'v9.0.0', ''])('says what is needed instead of %j', (found) => {
    expect(refuseNode(found)).toMatch(/Node\.js 24 or newer is needed, and this is .*PATH/);
  });

  it('asks for what package.json asks for', () => {
    expect(JSON.parse(readFileSync('package.json', 'utf8'))).toMatchObject({
      engines: { node: `>=${String(oldestNode)}` },
    });
  });
});
