import { describe, expect, it } from 'vitest';

import { RequestWindow } from '../../../../src/domain/clusters/request-window.ts';

describe('the window of requests', () => {
  it('grows slowly with answers, to a bound', () => {
    const window = new RequestWindow();
    const before = window.size;
    window.answered();
    expect(window.size).toBe(before);
    for (let answers = 0; answers < 1000; answers += 1) window.answered();
    expect(window.size).toBe(16);
  });

  it('halves when the server has enough, and never closes', () => {
    const window = new RequestWindow();
    window.throttled();
    expect(window.size).toBe(4);
    for (let storms = 0; storms < 20; storms += 1) window.throttled();
    expect(window.size).toBe(1);
  });

  it('opens again after a storm', () => {
    const window = new RequestWindow();
    for (let storms = 0; storms < 20; storms += 1) window.throttled();
    for (let answers = 0; answers < 50; answers += 1) window.answered();
    expect(window.size).toBeGreaterThanOrEqual(8);
  });
});
